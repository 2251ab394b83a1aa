import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openCommandContext } from '../../src/cli/command-context.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'zf-context-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(home, { recursive: true, force: true });
});

/** What a command would write. */
const written = async (act: (context: ReturnType<typeof openCommandContext>) => void) => {
  const out: string[] = [];
  const err: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0);
  await using context = openCommandContext(loadSettings({ env: {}, cwd: home, home }), 'en');
  act(context);
  return { out: out.join(''), err: err.join('') };
};

const nasty = 'João\r\n\u001b]8;;http://evil\u0007\u009b2J\u202e\u2066\u007f\u{e0041}';

it('prints JSON that a terminal does not act on and that means the same', async () => {
  const { out } = await written(({ print }) => print(JSON.stringify({ name: nasty, [nasty]: [nasty] }, null, 2)));
  expect(out).toMatch(/^[\n\u0020-\u007e\u00a0-\u00ac\u00ae-\u00ff]+$/);
  expect(JSON.parse(out)).toEqual({ name: nasty, [nasty]: [nasty] });
});

it('warns in one line that a terminal does not act on', async () => {
  const { err } = await written(({ warn }) => warn('\u009b2J\u202e\u001b[31mred\u0007'));
  expect(err).toBe('zap-fleet: \\u009b2J\\u202e\\u001b[31mred\\u0007\n');
});

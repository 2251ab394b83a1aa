import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openCommandContext } from '../../../../src/cli/command-context.ts';
import { exportSession } from '../../../../src/cli/commands/local/customer.ts';
import { loadSettings } from '../../../../src/settings/load-settings.ts';
import { openStore } from '../../../../src/store/store.ts';
import { addSession, inbound, noon } from '../../../store/support.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'zf-export-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(home, { recursive: true, force: true });
});

/** What a customer may write and call himself. */
const hostile = [
  '\u001b]52;c;ZWNobyBvd25lZA==\u0007',
  '\u001b]8;;http://evil.example\u0007clique\u001b]8;;\u0007',
  '\u009b2J\u009d0;título\u009c\u0090q\u009c',
  'a\r\nb\rc\u2028d\u2029e\u0085f',
  '\u202eexe.fdp\u2066\u2069\u200f\u061c',
  '\u0000\u0008\u007f\ufeff\u{e0041}',
  '👩‍👩‍👧 ção ❤️ שלום',
];

it('an export holds every word that was said and none that a terminal acts on', async () => {
  const loaded = loadSettings({ env: {}, cwd: home, home });
  mkdirSync(loaded.paths.data, { recursive: true });
  const store = openStore(loaded.paths.database);
  const session = addSession(store, 'padaria-joao');
  for (const [n, text] of hostile.entries()) {
    const chatId = `551198765432${n}@c.us`;
    const chat = store.conversations.ensure(
      session,
      { chatId, chatKind: 'person', phone: `551198765432${n}`, lid: null, name: text, isSaved: false },
      noon,
    );
    store.messages.insert(inbound(session, chat.id, `M${n}`, { text }), noon);
  }
  const kept = store.conversations.byPhone(session.id, '5511987654320')[0]?.name;
  store.close();

  const out: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  await using context = openCommandContext(loaded, 'en');
  expect(await exportSession.run(context, ['padaria-joao'], {})).toBe(0);
  vi.restoreAllMocks();

  const text = out.join('');
  expect(text).not.toMatch(
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/u,
  );
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const said = lines.flatMap((line) => (typeof line['text'] === 'string' ? [line['text']] : []));
  expect(said.sort()).toEqual([...hostile].sort());
  expect(JSON.stringify(lines)).toContain(JSON.stringify(kept).slice(1, -1));
});

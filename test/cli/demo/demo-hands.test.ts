import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeDemoHands } from '../../../src/cli/demo/demo-hands.ts';
import { writeDemoPast } from '../../../src/cli/demo/demo-past.ts';
import { homePaths, prepareHome } from '../../../src/home/home-paths.ts';
import { isSendFileThere } from '../../../src/home/send-files.ts';
import { hookSecretOf } from '../../../src/settings/hook-secrets.ts';
import { toolSecretOf } from '../../../src/settings/tool-secrets.ts';
import { createKnowledgeStore } from '../../../src/store/knowledge-store.ts';
import { temporaryStore } from '../../store/support.ts';

test("a demo's bots with customers have tools, files, knowledge and a hook, with a day of use behind them", async () => {
  const home = mkdtempSync(join(tmpdir(), 'zf-demo-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const paths = homePaths(home);
  prepareHome(paths);
  const store = temporaryStore();
  const now = Date.parse('2026-11-29T17:47:00Z');
  const standings = writeDemoPast(store, 'America/Sao_Paulo', now);
  writeDemoHands(store, paths, standings, now);

  const knowledge = createKnowledgeStore(store.database);
  const handed = standings.filter(({ session: { id } }) => store.tools.list(id).length > 0);
  expect(handed.map(({ demo }) => demo.name)).toEqual(
    expect.arrayContaining(['barbearia-do-ze', 'farmacia-vida', 'loja-centro', 'pizzaria-roma']),
  );
  for (const { session } of handed) {
    for (const tool of store.tools.list(session.id)) {
      expect(toolSecretOf(paths, session.id, tool), tool.name).not.toBeNull();
      expect(store.tools.standing(session.id, tool.name, now - 86_400_000), tool.name).toMatchObject({
        failed: 0,
        last: { state: 'ok', status: 200 },
      });
    }
    expect(knowledge.files(session.id, now).map(({ used }) => used > 0)).toEqual([true, true]);
    expect(knowledge.gaps(session.id, 5).map(({ question }) => question)).toEqual(
      expect.arrayContaining([expect.stringContaining('estacionamento'), expect.stringContaining('estoque')]),
    );
    for (const file of store.sendFiles.list(session.id))
      expect(await isSendFileThere(paths, session.id, file)).toBe(true);

    const [hook] = store.hooks.list(session.id);
    if (hook === undefined) throw new Error('no hook');
    expect(hookSecretOf(paths, session.id, hook)).not.toBeNull();
    // Nobody's address is called: what its bots do all day is nothing that it hears.
    expect(hook.events).not.toContain('message.received');
    expect(hook.events).not.toContain('message.answered');
    // Nor when a person unlinks one, or tries a tool: nobody can have these addresses.
    for (const { url } of [hook, ...store.tools.list(session.id)]) expect(new URL(url).hostname).toMatch(/\.example$/);
    expect(hook).toMatchObject({ failingSince: null, problem: null });
  }
  expect(store.database.get('SELECT 1 FROM hook_events')).toBeUndefined();
});

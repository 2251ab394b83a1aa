import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { homePaths, prepareHome } from '../../../src/home/home-paths.ts';
import type { PurgeContext, PurgeSubject } from '../../../src/master/jobs/purge-steps.ts';
import { createReceiptBook } from '../../../src/master/jobs/receipt-book.ts';
import { casesStep } from '../../../src/master/jobs/steps/cases-step.ts';
import type { MasterParts } from '../../../src/master/open-parts.ts';
import { casesDirectory } from '../../../src/master/rehearsal/case-file.ts';
import { openStore } from '../../../src/store/store.ts';
import { recordTurn } from '../../master/rehearsal/recorded-chat.ts';
import { addSession, noon } from '../../store/support.ts';

/** A session with two customers, a case of each, one of whose chat is another by now, and one that a person wrote. */
const opened = (text?: string) => {
  const home = mkdtempSync(join(tmpdir(), 'zf-cases-'));
  const paths = homePaths(home);
  prepareHome(paths);
  const store = openStore(paths.database);
  onTestFinished(() => {
    store.close();
    rmSync(home, { recursive: true, force: true });
  });
  const session = addSession(store, 'loja');
  const say = (phone: string) => recordTurn(store, session, { phone, ask: 'oi', answer: 'olá', at: noon });
  const [ana, bia] = [say('5511911111111'), say('5511922222222')];
  const chatOf = (turn: number) => store.rehearsals.recorded(session.id, turn)?.conversationId ?? 0;
  mkdirSync(casesDirectory(paths), { recursive: true });
  const file = join(casesDirectory(paths), 'loja.yaml');
  writeFileSync(
    file,
    text ??
      `cases:
  - { name: of-ana, ask: ANA, turn: 999, chat: ${chatOf(ana)} }
  - { name: of-ana-before-a-merge, ask: ANA, turn: ${ana}, chat: 998 }
  - { name: of-bia, ask: BIA, turn: ${bia}, chat: ${chatOf(bia)} }
  - { name: by-hand, ask: HAND }
`,
  );

  const purge = async (of: Partial<PurgeSubject>) => {
    const receipt = createReceiptBook({}, () => undefined);
    receipt.note('found', { [session.id]: store.retention.findCustomer(session.id, '5511911111111') });
    const subject: PurgeSubject = {
      kind: 'customer',
      sessionName: 'loja',
      sessionIds: [session.id],
      knownAs: [],
      who: '5511911111111',
      backups: false,
      actor: 'you',
      at: noon,
      ...of,
    };
    const parts = { store, paths, now: () => noon } as unknown as MasterParts;
    await casesStep.run({
      subject,
      parts,
      receipt,
      signal: new AbortController().signal,
      marks: () => [],
    } as PurgeContext);
    return receipt.result();
  };
  return { file, purge };
};

test('the cases of an erased customer go with him, also those of a chat that is another now', async () => {
  const { file, purge } = opened();
  expect((await purge({})).erased).toEqual({ cases: 2 });
  const left = readFileSync(file, 'utf8');
  expect(left).not.toContain('ANA');
  expect(left).toContain('BIA');
  expect(left).toContain('HAND');
  // After a restart it runs again.
  expect((await purge({})).erased).toEqual({ cases: 0 });
});

test('the file of an erased session goes whole', async () => {
  const { file, purge } = opened();
  expect((await purge({ kind: 'session', who: null })).erased).toEqual({ 'case-files': 1 });
  expect(existsSync(file)).toBe(false);
  expect((await purge({ kind: 'session', who: null })).erased).toEqual({});
});

test('a file that cannot be read is left, and the receipt says so', async () => {
  const { file, purge } = opened('cases: [\n');
  expect((await purge({})).left).toEqual([
    { what: 'cases', file, until: null, note: expect.stringContaining('could not be read') },
  ]);
  expect(existsSync(file)).toBe(true);
});

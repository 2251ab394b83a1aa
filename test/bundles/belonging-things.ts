import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { belongingKinds } from '../../src/bundles/belongings/all-kinds.ts';
import { digestOf } from '../../src/bundles/belongings/belonging-kind.ts';
import { packBelonging } from '../../src/bundles/belongings/pack-belonging.ts';
import { unpackBelonging } from '../../src/bundles/belongings/unpack-belonging.ts';
import type { HomePaths } from '../../src/home/home-paths.ts';
import { keepSendFile, sendFilePath } from '../../src/home/send-files.ts';
import type { BelongingName } from '../../src/session/belongings.ts';
import type { Tool } from '../../src/session/tool.ts';
import { writeHookSecret } from '../../src/settings/hook-secrets.ts';
import { writeToolSecret } from '../../src/settings/tool-secrets.ts';
import { createKnowledgeStore } from '../../src/store/knowledge-store.ts';
import type { Store } from '../../src/store/store.ts';
import { addSession } from '../store/support.ts';
import { openStoreAt } from '../support/empty-database.ts';
import { session as bundled, cheap, emptyHome, groupKey, padaria, put } from './login-files.ts';

/** What bots of tests have in their hands. */

export const agenda: Tool = {
  name: 'agenda',
  description: 'Books a visit.',
  url: 'https://agenda.example.com/book',
  parameters: { type: 'object', properties: { day: { type: 'string' } }, required: ['day'] },
  timeoutMs: 10_000,
  callsPerTurn: 3,
  isIdempotent: false,
  onlyReads: false,
  lookupUrl: null,
  allowHosts: [],
};
export const secret = 'whsec_a-secret-that-signs-calls';
export const made = Date.UTC(2026, 10, 29);

/** A server of a group: the same session on each of them. */
export const someServer = (paths: HomePaths = emptyHome()): { readonly paths: HomePaths; readonly store: Store } => {
  const store = openStoreAt(paths.database);
  onTestFinished(() => store.close());
  addSession(store, padaria);
  store.database.run('UPDATE sessions SET id = ?', bundled.id);
  return { paths, store };
};
type Server = { readonly paths: HomePaths; readonly store: Store };

export const setTool = ({ paths, store }: Server, description = agenda.description, name = agenda.name): void => {
  store.tools.put(bundled.id, { ...agenda, name, description }, 'you', made);
  writeToolSecret(paths, bundled.id, name, { host: 'agenda.example.com', secret });
};

export const setHook = ({ paths, store }: Server, name = 'crm'): void => {
  store.hooks.put(
    bundled.id,
    { name, url: 'https://agenda.example.com/told', events: ['customer.silent'], allowHosts: [] },
    'you',
    made,
  );
  writeHookSecret(paths, bundled.id, name, { host: 'agenda.example.com', secret });
};

export const knows = ({ store }: Server, name: string, texts: readonly string[], at = made): void => {
  const knowledge = createKnowledgeStore(store.database);
  const key = knowledge.begin({ sessionId: bundled.id, name, kind: 'csv', bytes: 10, actor: 'you' }, at);
  knowledge.write(
    key,
    1,
    texts.map((text, index) => ({ place: { row: index + 1 }, text })),
  );
  knowledge.replace(key, { characters: texts.join('').length, passages: texts.length });
};

export const sends = async ({ paths, store }: Server, name: string, bytes: string | Buffer): Promise<string> => {
  const from = join(paths.data, `given-${randomUUID()}`);
  put(from, bytes);
  const hash = await keepSendFile(paths, bundled.id, from);
  rmSync(from);
  store.sendFiles.put(
    bundled.id,
    {
      name,
      fileName: `${name}.pdf`,
      description: `Our ${name}`,
      kind: 'document',
      mimeType: 'application/pdf',
      isVoice: false,
      hash,
      bytes: bytes.length,
      addedAt: made,
      actor: 'you',
    },
    made,
  );
  return sendFilePath(paths, bundled.id, hash);
};

/** All that it has, as people would list it. */
export const inHand = ({ store }: Server) => {
  const knowledge = createKnowledgeStore(store.database);
  return {
    tools: store.tools.list(bundled.id).map(({ name, description }) => `${name}: ${description}`),
    knowledge: knowledge.files(bundled.id, made).map(({ name, passages }) => `${name}: ${passages}`),
    files: store.sendFiles.list(bundled.id).map(({ fileName }) => fileName),
    hooks: store.hooks.list(bundled.id).map(({ name, events }) => `${name}: ${events.join(' ')}`),
  };
};

export const digestOn = ({ paths, store }: Server, what: BelongingName, key = groupKey): string | null =>
  digestOf(belongingKinds[what], { store, paths, sessionId: bundled.id }, key);

export const packOne = async ({ paths }: Server, what: BelongingName, epoch = 14) => {
  const to = join(paths.data, 'bundles', `${what}-${randomUUID()}.age`);
  const session = { id: bundled.id, name: padaria };
  const packed = await packBelonging({
    paths,
    session,
    what,
    epoch,
    madeAt: made,
    host: 'vps-1',
    version: '2.0.0',
    to,
    groupKey,
    log2N: cheap,
  });
  return { file: to, ...packed };
};

export const unpackOne = async (
  { paths }: Server,
  file: string,
  what: string,
  more: { readonly key?: string; readonly epoch?: number } = {},
) => {
  const staging = join(paths.data, `.restore-${randomUUID()}`);
  const manifest = await unpackBelonging({
    file,
    staging,
    groupKey: more.key ?? groupKey,
    expected: { id: bundled.id, name: padaria, what, epoch: more.epoch ?? 14, madeAt: made },
  });
  return { manifest, staging };
};

/** Laid out by one server and looked through by the other: without the archive between, whose key takes its time. */
export const handOver = async (from: Server, to: Server, what: BelongingName) => {
  const staging = join(to.paths.data, `.restore-${randomUUID()}`);
  const data = join(staging, 'data');
  mkdirSync(data, { recursive: true });
  const { copied } = await belongingKinds[what].layOut({ ...from, sessionId: bundled.id }, data);
  for (const one of copied) {
    mkdirSync(dirname(join(data, one.name)), { recursive: true });
    copyFileSync(one.from, join(data, one.name));
  }
  return prepareFrom(to, staging, what);
};

/** Unpacked, looked through, and (with `commit`) put in the place of what is there. */
export const prepareOne = async (server: Server, file: string, what: BelongingName) => {
  const { staging } = await unpackOne(server, file, what);
  return prepareFrom(server, staging, what);
};

const prepareFrom = async (server: Server, staging: string, what: BelongingName) => {
  const secrets: string[] = [];
  const arriving = await belongingKinds[what].prepare(
    {
      ...server,
      sessionId: bundled.id,
      now: made,
      addSecret: (one) => void secrets.push(one),
      signal: new AbortController().signal,
    },
    join(staging, 'data'),
  );
  return { arriving, secrets, staging };
};

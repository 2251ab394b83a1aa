import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { defaultConfig } from '../../src/session/session-config.ts';
import { parseSessionName } from '../../src/session/session-name.ts';
import type { Ending, NewMessage } from '../../src/store/message-store.ts';
import type { ErasedKind, EraseOptions } from '../../src/store/retention/erase-options.ts';
import type { StoredSession } from '../../src/store/session-store.ts';
import type { Store } from '../../src/store/store.ts';
import { openNewStore } from '../support/empty-database.ts';

export const noon = Date.parse('2026-11-22T15:00:00Z');
export const pending: Ending = { outcome: 'pending', code: null, reason: null };

/** A path for a database in a directory that goes away with the test. */
export const temporaryDatabase = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'zf-store-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'fleet.db');
};

export const temporaryStore = (): Store => {
  const store = openNewStore(temporaryDatabase());
  onTestFinished(() => store.close());
  return store;
};

export const addSession = (store: Store, name = 'padaria-joao', now = noon): StoredSession =>
  store.sessions.create(
    {
      name: parseSessionName(name),
      label: '',
      engine: 'simulated',
      expectedPhone: null,
      config: defaultConfig(),
      instructions: null,
      author: 'you',
    },
    now,
  );

export const chatOf = (store: Store, session: StoredSession, phone = '5511987654321', now = noon) =>
  store.conversations.ensure(
    session,
    { chatId: `${phone}@c.us`, chatKind: 'person', phone, lid: null, name: 'Ana', isSaved: false },
    now,
  );

/** A customer's message as the inbox stores it. */
export const inbound = (
  session: StoredSession,
  conversationId: number,
  id: string,
  more: Partial<NewMessage> = {},
): NewMessage => ({
  sessionId: session.id,
  conversationId,
  waId: `false_x_${id}`,
  sender: 'customer',
  author: null,
  kind: 'text',
  text: `text ${id}`,
  mimeType: null,
  quotedId: null,
  at: noon,
  ending: pending,
  ...more,
});

/** What an erasure that goes in slices erased in the end. */
export type Erased = Readonly<Record<ErasedKind, number>>;

export const erasedBy = async (
  begin: (options: EraseOptions) => AsyncIterable<unknown>,
  now = noon,
): Promise<Erased> => {
  const erased = { conversations: 0, messages: 0, turns: 0, parts: 0, events: 0 };
  const count = (what: ErasedKind, howMany: number): void => {
    erased[what] += howMany;
  };
  for await (const _ of begin({ now, count })) void 0;
  return erased;
};

/** Erases a customer to the end; what was erased, and the chats that were found. */
export const eraseCustomer = async (
  store: Store,
  session: { readonly id: string; readonly name: string },
  phone: string,
  now = noon,
): Promise<Erased & { readonly chatIds: readonly string[] }> => {
  const found = store.retention.findCustomer(session.id, phone);
  const erased = await erasedBy((options) => store.retention.eraseCustomer(session, found, options), now);
  return { ...erased, chatIds: found.chatIds };
};

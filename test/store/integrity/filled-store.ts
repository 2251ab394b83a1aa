import { readFileSync, writeFileSync } from 'node:fs';
import { openStore, type Store } from '../../../src/store/store.ts';
import { checkpoint } from '../../support/damage.ts';
import { addSession, chatOf, inbound, noon, temporaryDatabase } from '../support.ts';

export const sessionNames = ['adega-central', 'farmacia-vida', 'padaria-joao'];

/** Three sessions with chats and messages, all of it in the file itself; `messages` a session. */
export const fill = (store: Store, messages: number): void => {
  for (const name of sessionNames) {
    const session = addSession(store, name);
    store.database.transaction(() => {
      for (let n = 0; n < messages; n += 1) {
        const chat = chatOf(store, session, `55119${String(10_000_000 + (n % 20))}`);
        store.messages.insert(
          inbound(session, chat.id, `${name}-${n}`, { text: `words ${n} `.repeat(12), at: noon + n }),
          noon + n,
        );
      }
    });
  }
};

const made = new Map<number, Uint8Array>();

/** A file of its own with what `fill` puts there; made once, then copied. */
export const filledDatabase = (messages = 400): string => {
  const path = temporaryDatabase();
  const bytes = made.get(messages);
  if (bytes !== undefined) {
    writeFileSync(path, bytes);
    return path;
  }
  const store = openStore(path);
  fill(store, messages);
  store.close();
  checkpoint(path);
  made.set(messages, readFileSync(path));
  return path;
};

import type { Database } from './database.ts';
import { createMessageChanges } from './messages/message-changes.ts';
import { createMessageEndings } from './messages/message-endings.ts';
import { createMessageInserts } from './messages/message-inserts.ts';
import { createMessageQueries } from './messages/message-queries.ts';
import { createOwnerMessages } from './messages/owner-messages.ts';

export type { Ending, NewMessage, StoredMessage } from './messages/message-rows.ts';

/** Every message of every chat, once, with how it ended. */
export const createMessageStore = (database: Database) => ({
  ...createMessageInserts(database),
  ...createMessageQueries(database),
  ...createOwnerMessages(database),
  ...createMessageEndings(database),
  ...createMessageChanges(database),
});
export type MessageStore = ReturnType<typeof createMessageStore>;

import type { ConversationStore } from './conversation-store.ts';
import type { Database } from './database.ts';
import type { MessageStore } from './message-store.ts';
import { createDrafts } from './outbox/drafts.ts';
import { createOpenParts } from './outbox/open-parts.ts';
import { createPartQueue } from './outbox/part-queue.ts';
import { createSendMarks } from './outbox/send-marks.ts';
import { createSentCounts } from './outbox/sent-counts.ts';
import { createSentMarks } from './outbox/sent-marks.ts';

/** What goes out, part by part: queued, sent, acknowledged, counted; drafts wait in it for a person. */
export const createOutboxStore = (database: Database, conversations: ConversationStore, messages: MessageStore) => {
  const parts = createOpenParts(database);
  const { insert, ...queue } = createPartQueue(database, conversations);
  const marks = createSendMarks(database);
  const sent = createSentMarks(database, messages, parts);
  const drafts = createDrafts(database, messages, { get: parts.get, insert, end: marks.end });

  return { ...parts, ...queue, ...marks, ...sent, ...drafts, ...createSentCounts(database) };
};
export type OutboxStore = ReturnType<typeof createOutboxStore>;

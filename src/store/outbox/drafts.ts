import { draftIsGone } from '../../session/draft-is-gone.ts';
import { draftEditedStep, type TurnStep } from '../../session/turn-step.ts';
import type { EpochMs } from '../../session/units.ts';
import type { Database } from '../database.ts';
import type { MessageStore } from '../message-store.ts';
import type { OpenParts } from './open-parts.ts';
import {
  type NewPart,
  type PartRow,
  type PartsOrigin,
  partColumns,
  partFromRow,
  partSource,
  type StoredPart,
} from './outbox-rows.ts';
import type { PartQueue } from './part-queue.ts';
import type { SendMarks } from './send-marks.ts';

interface OutboxBasics extends Pick<OpenParts, 'get'>, Pick<PartQueue, 'insert'>, Pick<SendMarks, 'end'> {}

/** Watch mode: answers that wait in the outbox until a person approves, edits or drops them. */
export const createDrafts = (database: Database, messages: MessageStore, { get, insert, end }: OutboxBasics) => {
  const waitingDraft = (id: number): StoredPart => {
    const draft = get(id);
    if (draft === null || draft.status !== 'draft') throw draftIsGone();
    return draft;
  };

  /** What the bot had written is told by nothing else once its words are changed: lessons are made of it. */
  const keepFirst = ({ turnId, text: was }: StoredPart, actor: string, now: EpochMs): void => {
    if (turnId === null) return;
    const step: TurnStep = { at: now, step: draftEditedStep, values: { actor, was } };
    database.run(
      `UPDATE turns SET steps = json_insert(steps, '$[#]', json(?)), updated_at = ? WHERE id = ? AND instr(steps, '"${draftEditedStep}"') = 0`,
      JSON.stringify(step),
      now,
      turnId,
    );
  };

  return {
    /** A whole answer that waits for a person. */
    addDraft: (
      origin: PartsOrigin,
      text: string,
      now: EpochMs,
      also: Pick<NewPart, 'withFiles' | 'isSpoken'> = {},
    ): number => {
      const id = insert(
        origin,
        { ...also, text, notBefore: now },
        { batch: 0, part: 0, whole: true, status: 'draft' },
        now,
      );
      database.run('UPDATE outbox SET batch = ? WHERE id = ?', id, id);
      return id;
    },
    /** The draft goes out as it is. Throws `refused-by-state` when it is not waiting any more. */
    approveDraft: (id: number, actor: string, now: EpochMs): void =>
      database.transaction(() => {
        waitingDraft(id);
        database.run(
          `UPDATE outbox SET status = 'queued', actor = ?, not_before = ?, updated_at = ? WHERE id = ?`,
          actor,
          now,
          now,
          id,
        );
      }),
    /** A person edits it: until then it is not replaced. Throws `refused-by-state` when it is not waiting any more. */
    holdDraft: (id: number, until: EpochMs, now: EpochMs): void =>
      database.transaction(() => {
        waitingDraft(id);
        database.run('UPDATE outbox SET not_before = ?, updated_at = ? WHERE id = ?', until, now, id);
      }),
    /** Changes the text of a waiting draft; it goes on waiting. */
    editDraft: (id: number, text: string, actor: string, now: EpochMs): void =>
      database.transaction(() => {
        keepFirst(waitingDraft(id), actor, now);
        database.run('UPDATE outbox SET text = ?, actor = ?, updated_at = ? WHERE id = ?', text, actor, now, id);
      }),
    /** A person decided against it: its messages stay unanswered. */
    dropDraft: (id: number, actor: string, now: EpochMs): void =>
      database.transaction(() => {
        const draft = waitingDraft(id);
        end(id, 'dropped', `dropped by ${actor}`, now);
        if (draft.turnId === null) return;
        const seqs = messages.ofTurn(draft.turnId).map((message) => message.seq);
        messages.end(seqs, { outcome: 'unanswered', code: 'draft-dropped', reason: `${actor} dropped the draft` }, now);
        database.run(
          `UPDATE turns SET outcome = 'unanswered', reason_code = 'draft-dropped', reason = ?, updated_at = ? WHERE id = ?`,
          `${actor} dropped the draft`,
          now,
          draft.turnId,
        );
      }),
    draftsOfChat: (sessionId: string, conversationId: number): StoredPart[] =>
      database
        .all<PartRow>(
          `SELECT ${partColumns} ${partSource} WHERE o.session_id = ? AND o.conversation_id = ? AND o.status = 'draft' ORDER BY o.id`,
          sessionId,
          conversationId,
        )
        .map(partFromRow),
  };
};

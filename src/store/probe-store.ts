import type { ProbeOutcome, ProbePlan, ProbeRun, ProbeWhy } from '../session/probe.ts';
import type { EpochMs, Milliseconds } from '../session/units.ts';
import type { ConversationStore, StoredConversation } from './conversation-store.ts';
import { isProbeChat, probeChatFrom, probeChatTo, probeKind } from './conversations/probe-chats.ts';
import type { Database } from './database.ts';
import type { OutboxStore } from './outbox-store.ts';

type SessionRef = { readonly id: string; readonly name: string };

const planColumns = `session_id AS sessionId, from_id AS fromId, every_ms AS everyMs, from_minute AS fromMinute, until_minute AS untilMinute,
  text, expect, next_at AS nextAt, set_at AS setAt, set_by AS setBy`;
const runColumns = `id, session_id AS sessionId, from_id AS fromId, why, text, expect, part_id AS partId, begun_at AS begunAt, sent_at AS sentAt,
  received_at AS receivedAt, answered_at AS answeredAt, deadline_at AS deadlineAt, ended_at AS endedAt, outcome, answer_ms AS answerMs, code, reason`;

/** What is told by a message's id: whose it is, and whether it asks or answers. */
export interface KnownProbeId {
  readonly sessionId: string;
  readonly partId: number;
  readonly isQuestion: boolean;
}

const createPlans = (database: Database) => ({
  plans: (): ProbePlan[] => database.all<ProbePlan>(`SELECT ${planColumns} FROM probes ORDER BY session_id`),
  plan: (sessionId: string): ProbePlan | null =>
    database.get<ProbePlan>(`SELECT ${planColumns} FROM probes WHERE session_id = ?`, sessionId) ?? null,
  setPlan: (plan: ProbePlan): void => {
    database.run(
      `INSERT INTO probes (session_id, from_id, every_ms, from_minute, until_minute, text, expect, next_at, set_at, set_by) VALUES (?,?,?,?,?,?,?,?,?,?)
       ON CONFLICT (session_id) DO UPDATE SET from_id = excluded.from_id, every_ms = excluded.every_ms, from_minute = excluded.from_minute,
         until_minute = excluded.until_minute, text = excluded.text, expect = excluded.expect, next_at = excluded.next_at,
         set_at = excluded.set_at, set_by = excluded.set_by`,
      plan.sessionId,
      plan.fromId,
      plan.everyMs,
      plan.fromMinute,
      plan.untilMinute,
      plan.text,
      plan.expect,
      plan.nextAt,
      plan.setAt,
      plan.setBy,
    );
  },
  setNext: (sessionId: string, at: EpochMs): void => {
    database.run('UPDATE probes SET next_at = ? WHERE session_id = ?', at, sessionId);
  },
  /** False: there was none. */
  removePlan: (sessionId: string): boolean =>
    database.run('DELETE FROM probes WHERE session_id = ?', sessionId).changes > 0,
});

const createRuns = (database: Database) => ({
  run: (id: number): ProbeRun | null =>
    database.get<ProbeRun>(`SELECT ${runColumns} FROM probe_runs WHERE id = ?`, id) ?? null,
  openRuns: (): ProbeRun[] =>
    database.all<ProbeRun>(`SELECT ${runColumns} FROM probe_runs WHERE ended_at IS NULL ORDER BY id`),
  /** Newest first. */
  runs: (sessionId: string, limit: number): ProbeRun[] =>
    database.all<ProbeRun>(
      `SELECT ${runColumns} FROM probe_runs WHERE session_id = ? ORDER BY id DESC LIMIT ?`,
      sessionId,
      limit,
    ),
  runsSince: (sessionId: string, since: EpochMs): ProbeRun[] =>
    database.all<ProbeRun>(
      `SELECT ${runColumns} FROM probe_runs WHERE session_id = ? AND begun_at >= ? ORDER BY begun_at`,
      sessionId,
      since,
    ),
  /** The newest question that was answered as expected. */
  lastProved: (sessionId: string): ProbeRun | null =>
    database.get<ProbeRun>(
      `SELECT ${runColumns} FROM probe_runs WHERE session_id = ? AND outcome = 'ok' ORDER BY id DESC LIMIT 1`,
      sessionId,
    ) ?? null,
  /** Of those that say something of the session, newest first. */
  lastTelling: (sessionId: string, limit: number): ProbeRun[] =>
    database.all<ProbeRun>(
      `SELECT ${runColumns} FROM probe_runs WHERE session_id = ? AND outcome IN ('ok', 'failed') ORDER BY id DESC LIMIT ?`,
      sessionId,
      limit,
    ),

  markSent: (id: number, sentAt: EpochMs, deadlineAt: EpochMs): void => {
    database.run(
      'UPDATE probe_runs SET sent_at = ?, deadline_at = ? WHERE id = ? AND sent_at IS NULL',
      sentAt,
      deadlineAt,
      id,
    );
  },
  markReceived: (id: number, now: EpochMs): void => {
    database.run('UPDATE probe_runs SET received_at = ? WHERE id = ? AND received_at IS NULL', now, id);
  },
  /** Late answers are known, too, and change nothing any more. */
  markAnswered: (id: number, at: EpochMs): void => {
    database.run('UPDATE probe_runs SET answered_at = ? WHERE id = ? AND answered_at IS NULL', at, id);
  },
  /** False: it had ended already. */
  endRun: (
    id: number,
    ended: {
      readonly outcome: ProbeOutcome;
      readonly answerMs: Milliseconds | null;
      readonly code: string | null;
      readonly reason: string | null;
    },
    now: EpochMs,
  ): boolean =>
    database.run(
      'UPDATE probe_runs SET outcome = ?, answer_ms = ?, code = ?, reason = ?, ended_at = ? WHERE id = ? AND ended_at IS NULL',
      ended.outcome,
      ended.answerMs,
      ended.code,
      ended.reason,
      now,
      id,
    ).changes > 0,

  /** Runs under way in which this session asks or is asked. */
  openOf: (sessionId: string): ProbeRun[] =>
    database.all<ProbeRun>(
      `SELECT ${runColumns} FROM probe_runs WHERE ended_at IS NULL AND (session_id = ?1 OR from_id = ?1) ORDER BY id`,
      sessionId,
    ),
});

const createIds = (database: Database) => ({
  known: (messageId: string): KnownProbeId | null => {
    const row = database.get<{ sessionId: string; partId: number; isQuestion: number }>(
      'SELECT session_id AS sessionId, part_id AS partId, is_question AS isQuestion FROM probe_ids WHERE message_id = ?',
      messageId,
    );
    return row === undefined ? null : { ...row, isQuestion: row.isQuestion === 1 };
  },
  /** The run whose question this part is. */
  runOfPart: (partId: number): ProbeRun | null =>
    database.get<ProbeRun>(`SELECT ${runColumns} FROM probe_runs WHERE part_id = ?`, partId) ?? null,
});

/** Kept with each part of an answer: which question it answers. */
const answerMark = (runId: number): string => `the answer to question ${runId}`;

/** Mystery customers: what is asked, what became of it, and the chats in which that is kept apart. */
export const createProbeStore = (database: Database, conversations: ConversationStore, outbox: OutboxStore) => {
  const chat = (session: SessionRef, chatId: string, now: EpochMs): StoredConversation =>
    conversations.ensure(
      session,
      { chatId, chatKind: probeKind, phone: null, lid: null, name: probeKind, isSaved: false },
      now,
    );

  return {
    ...createPlans(database),
    ...createRuns(database),
    ...createIds(database),

    /** Where `session` keeps what it asks `name`. */
    chatTo: (session: SessionRef, name: string, now: EpochMs): StoredConversation =>
      chat(session, probeChatTo(name), now),
    /** Where `session` keeps what `name` asks it. */
    chatFrom: (session: SessionRef, name: string, now: EpochMs): StoredConversation =>
      chat(session, probeChatFrom(name), now),
    isProbe: (conversationId: number): boolean => isProbeChat(conversations.get(conversationId)),

    /** Stores a question and that it is under way, before anybody hears of it. */
    begin: (
      asked: {
        readonly target: SessionRef;
        readonly from: SessionRef;
        /** The address of the session that is asked. */
        readonly address: string;
        readonly why: ProbeWhy;
        readonly text: string;
        readonly expect: string | null;
      },
      now: EpochMs,
    ): ProbeRun =>
      database.transaction(() => {
        const { target, from, text, expect } = asked;
        const conversation = chat(from, probeChatTo(target.name), now);
        database.run('UPDATE conversations SET reply_to = ? WHERE id = ?', asked.address, conversation.id);
        const [partId = 0] = outbox.enqueue(
          { sessionId: from.id, conversationId: conversation.id, turnId: null, source: 'probe', actor: 'probe' },
          [{ text, notBefore: now }],
          now,
        );
        const { lastInsertRowid } = database.run(
          'INSERT INTO probe_runs (session_id, from_id, why, text, expect, part_id, begun_at) VALUES (?,?,?,?,?,?,?)',
          target.id,
          from.id,
          asked.why,
          text,
          expect,
          partId,
          now,
        );
        return database.get<ProbeRun>(`SELECT ${runColumns} FROM probe_runs WHERE id = ?`, lastInsertRowid) as ProbeRun;
      }),

    answerMark,

    /** What was answered to a question, part by part, as the session that asked has it. */
    answersTo: (run: ProbeRun, targetName: string): string[] => {
      const conversation = conversations.find(run.fromId, probeChatTo(targetName));
      if (conversation === null) return [];
      return database
        .all<{ text: string }>(
          `SELECT text FROM messages WHERE conversation_id = ? AND outcome_code = 'probe-answer' AND outcome_reason = ? ORDER BY seq`,
          conversation.id,
          answerMark(run.id),
        )
        .map(({ text: said }) => said);
    },

    /** How the newest question of `fromName` stands with the session that is asked; null: none came since `since`. */
    questionOf: (
      sessionId: string,
      fromName: string,
      since: EpochMs,
    ): {
      readonly outcome: string | null;
      readonly code: string | null;
      readonly reason: string | null;
      readonly heldUntil: EpochMs | null;
      /** Of its answer, so far as it is decided on. */
      readonly parts: number;
    } | null =>
      database.get(
        `SELECT m.outcome, m.outcome_code AS code, m.outcome_reason AS reason, m.held_until AS heldUntil,
           (SELECT count(*) FROM outbox o WHERE o.turn_id = m.turn_id) AS parts
         FROM messages m JOIN addresses a ON a.conversation_id = m.conversation_id
         WHERE a.session_id = ? AND a.address = ? AND m.sender = 'customer' AND m.stored_at >= ? ORDER BY m.seq DESC LIMIT 1`,
        sessionId,
        probeChatFrom(fromName),
        since,
      ) ?? null,

    /** Nobody waits for an answer to it any more: what still waits in the chat is dropped. How many messages that were. */
    letBe: (sessionId: string, fromName: string, now: EpochMs): number =>
      database.transaction(() => {
        const found = database.get<{ id: number }>(
          'SELECT conversation_id AS id FROM addresses WHERE session_id = ? AND address = ?',
          sessionId,
          probeChatFrom(fromName),
        );
        if (found === undefined) return 0;
        return database.run(
          `UPDATE messages SET outcome = 'ignored', outcome_code = 'probe-over', outcome_reason = 'the question is over', outcome_at = ?1,
             held_until = NULL, updated_at = ?1 WHERE conversation_id = ?2 AND outcome IN ('pending', 'held')`,
          now,
          found.id,
        ).changes;
      }),
  };
};
export type ProbeStore = ReturnType<typeof createProbeStore>;

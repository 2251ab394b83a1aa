import { randomBytes } from 'node:crypto';
import type { HookEventType } from '../../session/hook.ts';
import type { EpochMs } from '../../session/units.ts';
import { probeKind } from '../conversations/probe-chats.ts';
import type { Database } from '../database.ts';

/** Writes down what there is to tell, within the transaction in which it happens. Nobody is told whom no hook of the session wants to hear. */

export interface HookNote {
  readonly sessionId: string;
  readonly type: HookEventType;
  readonly at: EpochMs;
  /** `messages.seq`, `turns.id`, `silences.id`, `conversations.id` by its type; null: `facts` say all of it. */
  readonly subject: number | null;
  /** Nothing of a customer: it would outlive his erasure. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** The chat that it is of; a mystery customer's is told to nobody. */
  readonly conversationId?: number;
}

export type NoteHookEvent = (note: HookNote) => void;

export const createHookNotes = (database: Database): NoteHookEvent => {
  const isWanted = (note: HookNote): boolean =>
    database.get(
      `SELECT 1 FROM hooks WHERE session_id = ? AND instr(events, ?) > 0 LIMIT 1`,
      note.sessionId,
      `"${note.type}"`,
    ) !== undefined;

  const isOfProbe = ({ conversationId }: HookNote): boolean =>
    conversationId !== undefined &&
    database.get(`SELECT 1 FROM conversations WHERE id = ? AND chat_kind = '${probeKind}'`, conversationId) !==
      undefined;

  return (note) => {
    if (!isWanted(note) || isOfProbe(note)) return;

    database.run(
      'INSERT INTO hook_events (key, session_id, type, at, subject, facts) VALUES (?,?,?,?,?,?)',
      // Of no count: a restored store gives its numbers to other events.
      randomBytes(16).toString('hex'),
      note.sessionId,
      note.type,
      note.at,
      note.subject,
      note.facts === undefined ? null : JSON.stringify(note.facts),
    );
  };
};

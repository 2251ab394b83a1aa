import type { ChatRow, TurnRecord } from '../../../src/session/records.ts';
import type { TurnStep } from '../../../src/session/turn-step.ts';
import { fitting } from '../../paint/ends.ts';
import { took } from '../../paint/format.ts';
import { glyph } from '../../paint/glyphs.ts';
import { type Line, span } from '../../paint/line.ts';
import type { Tone } from '../../paint/tone.ts';
import { reasonText } from '../told.ts';
import type { View } from '../view.ts';

/** How far the answer to what waits in a chat has come: the steps that were taken, and the one that it stopped at. */

type StepState = 'done' | 'runs' | 'failed' | 'ahead';
type StepName = keyof View['t']['chats']['step'];

interface ChainStep {
  readonly name: StepName;
  readonly state: StepState;
  /** Milliseconds; null: not measured. */
  readonly ms: number | null;
}

const looks: Readonly<Record<StepState, readonly [sign: string, tone: Tone, word: Tone]>> = {
  done: [glyph.done, 'ok', 'plain'],
  runs: [glyph.starting, 'in', 'plain'],
  failed: [glyph.gaveUp, 'bad+', 'bad'],
  ahead: [glyph.dot, 'faint', 'muted'],
};

/** Since when he waits in vain; null: he does not. */
const waitsSince = (chat: ChatRow): number | null => chat.silentSince ?? chat.waitingSince ?? null;

/** The newest turn, if it was begun for what waits and has brought nothing; null: none was begun yet. */
export const turnOfWaiting = (chat: ChatRow, turns: readonly TurnRecord[]): TurnRecord | null => {
  const since = waitsSince(chat);
  const newest = turns[0];
  if (newest === undefined || since === null || newest.startedAt < since) return null;
  return newest.outcome === 'answered' || newest.outcome === 'drafted' ? null : newest;
};

const lastOf = (turn: TurnRecord, name: string): TurnStep | undefined =>
  turn.steps.findLast(({ step }) => step === name);

const msOf = (step: TurnStep | undefined, value: string): number | null => {
  const ms = step?.values[value];
  return typeof ms === 'number' ? ms : null;
};

const stepsOf = (turn: TurnRecord | null): readonly ChainStep[] => {
  const stored: ChainStep = { name: 'stored', state: 'done', ms: null };
  const ahead = (name: StepName): ChainStep => ({ name, state: 'ahead', ms: null });
  if (turn === null) return [stored, ahead('collected'), ahead('asked'), ahead('sent')];

  const stopped: StepState = turn.finishedAt === null ? 'runs' : 'failed';
  const collected: ChainStep = { name: 'collected', state: 'done', ms: msOf(lastOf(turn, 'joined'), 'waitedMs') };
  const answered = lastOf(turn, 'answered');
  if (answered === undefined) return [stored, collected, { name: 'asked', state: stopped, ms: null }, ahead('sent')];
  const asked: ChainStep = { name: 'asked', state: 'done', ms: msOf(answered, 'tookMs') };
  return [stored, collected, asked, { name: 'sent', state: stopped, ms: null }];
};

/** `✓ stored  ✓ collected 15s  ✕ asked the AI`: as many steps as `width` columns hold. */
export const answerChain = (turn: TurnRecord | null, view: View, width: number): Line =>
  fitting(
    stepsOf(turn).map(({ name, state, ms }): Line => {
      const [sign, tone, word] = looks[state];
      const time = ms === null || ms < 100 ? [] : [span(` ${took(ms, view.language)}`, 'muted')];
      return [span(`${sign} `, tone), span(view.t.chats.step[name], word), ...time];
    }),
    width,
  );

/** Why it stopped, where the turn says so. */
export const chainReason = (turn: TurnRecord | null, view: View): string =>
  turn === null ? '' : reasonText(view.t, 'outcomeReason', turn.reasonCode, turn.reason);

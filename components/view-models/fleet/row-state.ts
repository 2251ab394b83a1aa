import type { SessionRow } from '../../../src/protocol/fleet.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { type VerdictToken, verdictLooks } from '../../../src/session/verdict.ts';
import { age } from '../../paint/format.ts';
import type { Tone } from '../../paint/line.ts';
import { toneOfState } from '../state-look.ts';
import type { View } from '../view.ts';

/** How a session stands in the table: its name, its word, and their tone. */

const hour = 3_600_000;

/** The label that people gave it, else its technical name. */
export const labelOf = (row: SessionRow): string => plainText(row.label === '' ? row.name : row.label);

/** Watching is well: what it would say waits nowhere. */
export const toneOf = (row: SessionRow): Tone => (row.verdict === 'watching' ? 'ok' : toneOfState(row));

const pills: Readonly<Partial<Record<VerdictToken, Tone>>> = { bad: 'p:bad', person: 'p:warn', motion: 'p:move' };
/** A filled pill is for what is not well; anything else is a word. */
export const pillOf = ({ verdict }: SessionRow): Tone | null => pills[verdictLooks[verdict].token] ?? null;

const isClosed = (row: SessionRow, view: View): boolean => row.opensAt !== null && row.opensAt > view.now;

/** Nobody wrote for an hour. */
const isQuiet = (row: SessionRow, view: View): boolean =>
  row.receivedLastHour === 0 && (row.lastMessageAt === null || view.now - row.lastMessageAt >= hour);

export interface StateWord {
  readonly text: string;
  readonly tone: Tone;
}

/** Of one that is connected: how it does. Healthy, silent and closed bots do not look alike. */
const connectedWord = (row: SessionRow, view: View): StateWord => {
  const { t } = view;
  if (isClosed(row, view)) return { text: t.state.closed, tone: 'muted' };
  if (row.answerMs !== undefined && row.answerMs !== null)
    return { text: t.state.answers(answerAge(row.answerMs.half)), tone: 'ok' };
  if (isQuiet(row, view)) return { text: t.state.quiet, tone: 'muted' };
  return { text: t.verdict.connected, tone: 'ok' };
};

/** Exact below ten minutes: whether half are answered in 18 or in 40 seconds is what one wants to know. */
export const answerAge = (ms: number): string => (ms < 600_000 ? `${Math.round(ms / 1000)}s` : age(ms));

export const stateWord = (row: SessionRow, view: View): StateWord => {
  const { t } = view;
  if (row.verdict === 'connected') return connectedWord(row, view);
  if (row.verdict === 'drafts') return { text: t.state.approve(row.drafts), tone: toneOf(row) };
  return { text: t.verdict[row.verdict], tone: toneOf(row) === 'ok' ? 'muted' : toneOf(row) };
};

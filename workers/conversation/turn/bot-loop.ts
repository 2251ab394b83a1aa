import type { Milliseconds } from '../../../src/session/units.ts';

/** Two bots talking to each other: recognised by turns in a row that no thumb could have typed. */

/** Kept per chat between turns; plain data for the store. */
export interface BotLoopState {
  readonly fastTurns: number;
  /** Keys of the customer's last texts, newest last. */
  readonly recentTexts: readonly string[];
}

export const noBotLoop: BotLoopState = { fastTurns: 0, recentTexts: [] };

export interface CustomerTurn {
  /** The joined messages of the turn. */
  readonly text: string;
  /** From our last message before the turn to the turn's first message; null when we had not written before. */
  readonly sinceOursMs: Milliseconds | null;
}

/** Faster than reading and answering with a word. */
const instantMs = 2000;
/** Faster than reading and answering with a sentence. */
const quickMs = 5000;
const sentenceLength = 12;
/** Characters a second. On phones 37,000 people typed 36 words a minute on average, the fastest about 85: 3 and 7 (Palin et al. 2019). */
const fastestTypist = 12;
const pasteLength = 60;
/** A bot repeats its menu; a person seldom repeats a whole sentence. */
const repeatLength = 20;
const remembered = 6;

const keyOf = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim().slice(0, 200);

const isFast = (turn: CustomerTurn, state: BotLoopState): boolean => {
  const { sinceOursMs } = turn;
  // A message that crossed ours is no answer to it.
  if (sinceOursMs === null || sinceOursMs < 0) return false;
  const length = Array.from(turn.text.trim()).length;
  if (sinceOursMs <= instantMs) return true;
  if (sinceOursMs <= quickMs && length > sentenceLength) return true;
  if (length >= pasteLength && (length / sinceOursMs) * 1000 > fastestTypist) return true;
  return length >= repeatLength && state.recentTexts.includes(keyOf(turn.text));
};

/**
 * Takes one turn of a customer in. `loop` is true from the turn on that completes `limit` fast turns in a row (3 to 100, from
 * `filters.botLoopTurns`); a slow turn starts the count anew. After a person resumed the chat, go on from `noBotLoop`.
 */
export const stepBotLoop = (
  state: BotLoopState,
  turn: CustomerTurn,
  limit: number,
): { readonly state: BotLoopState; readonly loop: boolean } => {
  const fastTurns = isFast(turn, state) ? state.fastTurns + 1 : 0;
  const recentTexts = [...state.recentTexts, keyOf(turn.text)].slice(-remembered);
  return { state: { fastTurns, recentTexts }, loop: fastTurns >= limit };
};

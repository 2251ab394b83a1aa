import type { AiResult } from '../../ai/ai-provider.ts';
import type { EngineCore } from '../core/engine-core.ts';
import type { Rest } from '../core/rest.ts';
import { claimsIn } from '../limits/claimed-actions.ts';
import { saysSent } from './said-sent.ts';
import { askPatiently } from './turn-asking.ts';
import { sessionOf, templateOf } from './turn-canary.ts';
import { bookTry, callsPerson } from './turn-ending.ts';
import { stepAt, type Turn } from './turn-state.ts';

/** An answer that says something was done is sent only when something was: asked for once more with that finding, then for a person. */

export interface Asked {
  readonly result: AiResult;
  /** Calls of the service since the last that was booked. */
  readonly attempts: number;
  /** What the answer still says was done and was not; null: nothing. */
  readonly claim: string | null;
}

/** An echo says what the customer said: it claims nothing of its own. A session with tools is always checked. */
const isChecked = (core: EngineCore, turn: Turn): boolean => {
  const { conversation, tools, course } = turn;
  const { ai } = sessionOf(core, turn).config;
  if (ai.provider === 'echo' || course.isDone || core.store.probes.isProbe(conversation.id)) return false;
  return ai.claims === 'check' || tools.length > 0;
};

const claimOf = (core: EngineCore, turn: Turn, result: AiResult): string | null => {
  if (result.kind !== 'answer' || (result.acted?.length ?? 0) > 0 || !isChecked(core, turn)) return null;

  const claims = claimsIn(result.text, templateOf(core, turn));
  // A file that goes out with the answer makes it true that something is sent, and nothing else.
  const { files } = turn.course;
  const open = files.length === 0 ? claims : claims.filter((claim) => !saysSent(claim));
  return open[0] ?? null;
};

const isOffered = ({ tools, files }: Turn): boolean => tools.length > 0 || files !== null;

/** A model that sends a file and has nothing more to say has answered. */
const withFiles = ({ course, model }: Turn, result: AiResult): AiResult =>
  result.kind === 'no-answer' && course.files.length > 0
    ? {
        kind: 'answer',
        text: '',
        usage: result.usage ?? { inputTokens: 0, outputTokens: 0 },
        model,
        notes: [],
      }
    : result;

/** Asks and makes the calls that the model wants, until it says something; null when the turn is over because of something else. */
const askWithTools = async (core: EngineCore, turn: Turn, rest: Rest): Promise<Omit<Asked, 'claim'> | null> => {
  for (;;) {
    const asked = await askPatiently(core, turn, rest);
    if (asked?.result.kind !== 'tool' || !isOffered(turn) || callsPerson(asked.result))
      return asked === null ? null : { ...asked, result: withFiles(turn, asked.result) };

    const { runRound } = await import('./tool-rounds.ts');
    const end = await runRound(core, turn, asked.result, asked.attempts);
    if (end === 'over') return null;
    if (end === 'closed') {
      const { outOfRounds } = await import('./tool-outputs.ts');
      return { ...asked, result: withFiles(turn, outOfRounds(asked.result)) };
    }
  }
};

/** The turn's answer, or what became of it; null when the turn is over because of something else. */
export const askHonestly = async (core: EngineCore, turn: Turn, rest: Rest): Promise<Asked | null> => {
  if (turn.tools.length > 0) (await import('./tool-rounds.ts')).carryRounds(core, turn);
  const first = await askWithTools(core, turn, rest);
  const claim = first === null ? null : claimOf(core, turn, first.result);
  if (first === null || claim === null || first.result.kind !== 'answer')
    return first === null ? null : { ...first, claim };

  const { usage } = first.result;
  core.store.database.transaction(() => {
    bookTry(core, turn, first.attempts, usage);
    core.store.turns.addSteps(turn.id, [stepAt(core, 'claimed', { what: claim })], core.clock.now());
  });
  turn.course.claim = claim;

  const second = await askWithTools(core, turn, rest);
  return second === null ? null : { ...second, claim: claimOf(core, turn, second.result) };
};

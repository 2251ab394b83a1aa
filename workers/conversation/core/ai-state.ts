import type { AiLight } from '../../../src/protocol/fleet.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import type { AiResult } from '../../ai/ai-provider.ts';

/** What is known of the AI, from which its light is made. */
export interface AiState {
  /** Takes a result in. `until`: when the service is asked again after a refusal, or wants to be after a long wait. */
  noteResult(result: AiResult, until: EpochMs | null): void;
  /** Today's budget is spent (why), or there is money (null). */
  setOverBudget(reason: string | null): void;
  /** Whether an AI is chosen at all. */
  setChosen(isChosen: boolean): void;
  light(): AiLight;
}

export type LightCause = 'answers' | 'fault' | 'refused' | 'budget' | 'not-chosen';

interface Trouble {
  readonly code: string;
  readonly reason: string;
  readonly until?: EpochMs;
}

const troubleOf = (result: Trouble, until: EpochMs | null): Trouble => ({
  code: result.code,
  reason: plainText(result.reason),
  ...(until === null ? {} : { until }),
});

/** Passing faults in a row from which on the light turns yellow. */
const faultsForWarning = 3;

const answers: AiLight = { status: 'ok', code: null, reason: null };
const sameLight = (a: AiLight, b: AiLight): boolean =>
  a.status === b.status && a.code === b.code && a.reason === b.reason && a.until === b.until;

/** `onLight` is told of every change of the light. */
export const createAiState = (onLight: (light: AiLight, cause: LightCause) => void): AiState => {
  let light: AiLight = answers;
  let refusal: Trouble | null = null;
  let overBudget: string | null = null;
  let isChosen = true;
  let fault: Trouble | null = null;
  let faults = 0;

  /** The worst thing known is what the light shows. */
  const worst = (): readonly [LightCause, AiLight] => {
    if (!isChosen) return ['not-chosen', { status: 'off', code: 'no-ai', reason: 'no AI is chosen' }];
    if (refusal !== null) return ['refused', { status: 'bad', ...refusal }];
    if (overBudget !== null) return ['budget', { status: 'bad', code: 'budget', reason: overBudget }];
    if (fault !== null) return ['fault', { status: 'warn', ...fault }];
    return ['answers', answers];
  };
  const renewLight = (): void => {
    const [cause, next] = worst();
    if (sameLight(light, next)) return;
    light = next;
    onLight(next, cause);
  };

  return {
    noteResult: (result, until) => {
      if (result.kind === 'refused') refusal = troubleOf(result, until);
      else if (result.kind === 'passing') {
        faults += 1;
        if (faults >= faultsForWarning || until !== null) fault = troubleOf(result, until);
      } else {
        faults = 0;
        fault = null;
        refusal = null;
      }
      renewLight();
    },
    setOverBudget: (reason) => {
      overBudget = reason;
      renewLight();
    },
    setChosen: (chosen) => {
      isChosen = chosen;
      renewLight();
    },
    light: () => light,
  };
};

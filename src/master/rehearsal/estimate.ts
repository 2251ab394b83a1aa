import type { ModelPrice } from '../../protocol/rehearse.ts';
import type { RecordedCost } from '../../store/rehearsals/recorded-turns.ts';

/** What a rehearsal will cost, before it is begun, from what the same turns cost then. Pure. */

export interface EstimateInput {
  readonly turns: readonly RecordedCost[];
  readonly cases: number;
  readonly price: ModelPrice;
  /** Null: there is no judge. */
  readonly judgePrice: ModelPrice | null;
  /** Characters of the instructions: of the new ones, and of a version that a turn had. */
  readonly instructionsLength: number;
  readonly lengthOfVersion: (version: number | null) => number;
}

/** Errs upwards for Portuguese. */
const charactersPerToken = 3;
/** What a case takes beside the instructions, and what is answered to it. */
const caseTokens = { input: 300, output: 150 };
/** What a judge is told beside rules and answers, and what it says. */
const judgeTokens = { input: 400, output: 120 };
/** Every answer is judged in both orders. */
const judgeCalls = 2;

const million = 1_000_000;
const costOf = (price: ModelPrice, input: number, output: number): number =>
  (input * price.inputPerMillion + output * price.outputPerMillion) / million;

/** US dollars. The judge is counted for every turn, though rules settle some without it. */
export const estimateCost = (given: EstimateInput): number => {
  const rules = given.instructionsLength / charactersPerToken;
  const asked = given.turns.map(({ inputTokens, outputTokens, instructionsVersion }) => ({
    input: Math.max(0, inputTokens - given.lengthOfVersion(instructionsVersion) / charactersPerToken) + rules,
    output: outputTokens,
  }));
  for (let count = 0; count < given.cases; count += 1)
    asked.push({ input: rules + caseTokens.input, output: caseTokens.output });

  return asked.reduce((sum, { input, output }) => {
    const judged =
      given.judgePrice === null
        ? 0
        : judgeCalls * costOf(given.judgePrice, input + 2 * output + judgeTokens.input, judgeTokens.output);
    return sum + costOf(given.price, input, output) + judged;
  }, 0);
};

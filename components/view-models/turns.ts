import { plainText } from '../../src/session/plain-text.ts';
import type { TurnRecord } from '../../src/session/records.ts';
import { dollars, thousands } from '../../src/words/figures.ts';
import { fill, reasonText, type Voice, withReason } from './told.ts';
import type { View } from './view.ts';

/** How answers came about, for `x`: in the operator's language, as far as it knows the steps. */

export const turnOutcome = (turn: TurnRecord, view: Pick<View, 't'>): string => {
  const { turnOutcome: outcomes } = view.t;
  const known = Object.hasOwn(outcomes, turn.outcome) ? outcomes[turn.outcome] : undefined;
  return withReason(
    known ?? plainText(turn.outcome),
    reasonText(view.t, 'outcomeReason', turn.reasonCode, turn.reason),
  );
};

export const turnSteps = (turn: TurnRecord, view: Voice): readonly string[] => {
  const { turnStep } = view.t;
  const isTranslated = Object.keys(turnStep).length > 0;
  // The last of the words is how it ended, which stands in the first line already.
  const words = isTranslated ? turn.words.slice(0, turn.steps.length) : turn.words;
  return words.map((word, index) => {
    const step = isTranslated ? turn.steps[index] : undefined;
    if (step === undefined) return plainText(word);
    const code = step.values['code'];
    const reason = step.values['reason'];
    const known =
      typeof code === 'string' && typeof reason === 'string'
        ? reasonText(view.t, 'outcomeReason', code, reason)
        : reason;
    return (
      fill(turnStep, step.step, { ...step.values, who: turn.who, reason: known }, view.language) ?? plainText(word)
    );
  });
};

const head = (turn: TurnRecord, view: View): string =>
  `${view.calendar.when(turn.startedAt, view.now)}  ${turnOutcome(turn, view)}`;

const cost = (turn: TurnRecord, { t: { why }, language }: View): string => {
  const model = `${turn.provider === turn.model ? '' : `${turn.provider} `}${plainText(turn.model)}`;
  const [input, output] = [turn.inputTokens, turn.outputTokens].map((tokens) => thousands(tokens, language));
  return `   ${why.model} ${model}, ${why.tokens(input ?? '', output ?? '', dollars(turn.costUsd, language, 4))}`;
};

/** Without what was asked and answered: for the `x` of a session. */
export const turnLines = (turn: TurnRecord, view: View): readonly string[] => [
  head(turn, view),
  ...turnSteps(turn, view).map((step) => `   ${step}`),
  cost(turn, view),
];

/** With question and answer: for the `x` of a chat. */
export const turnWords = (turns: readonly TurnRecord[], view: View): readonly string[] => {
  const { why } = view.t;
  if (turns.length === 0) return [why.noTurns];
  return turns.flatMap((turn) => [
    head(turn, view),
    ...turnSteps(turn, view).map((step) => `   ${step}`),
    `   ${why.asked}: ${plainText(turn.joinedText)}`,
    ...turn.parts.map((part) => `   ${why.answered}: ${plainText(part)}`),
    cost(turn, view),
    '',
  ]);
};

import { type BilledCall, proposedEditsSchema, type ShownLesson } from '../../src/protocol/rehearse.ts';
import { plainText } from '../../src/session/plain-text.ts';
import type { ProposedEdit } from '../../src/session/proposal.ts';
import type { AiResult } from '../ai/ai-provider.ts';
import { askPatiently, createBill, type Rehearsing } from './ask-again.ts';
import { marked } from './marked.ts';
import { proposeInstructions, proposeReminder, proposeTool } from './propose-instructions.ts';

/** Asks the AI for a change of the instructions, from what people did otherwise. */

export type ProposeOutcome =
  | { readonly kind: 'proposed'; readonly edits: ProposedEdit[]; readonly calls: BilledCall[] }
  | { readonly kind: 'problem'; readonly scope: 'one' | 'all'; readonly reason: string; readonly calls: BilledCall[] };

/** Of a text of a lesson. */
const longestText = 1500;
/** Edits repeat passages; a model that thinks first takes some of it. */
export const proposeTokens = 8000;

const lessonWords = ({ question, bot, botSent, owner }: ShownLesson, index: number): string =>
  [
    `LESSON ${index + 1}`,
    marked('CUSTOMER', question.slice(0, longestText)),
    bot === null
      ? 'The assistant said nothing.'
      : marked(botSent ? 'ASSISTANT' : 'ASSISTANT (not sent)', bot.slice(0, longestText)),
    owner === null ? 'A person let nothing go out.' : marked('PERSON', owner.slice(0, longestText)),
  ].join('\n');

const materialOf = (instructions: string, lessons: readonly ShownLesson[]): string =>
  [marked('INSTRUCTIONS', instructions), ...lessons.map(lessonWords)].join('\n\n');

const editsIn = (result: AiResult): ProposedEdit[] | null => {
  if (result.kind !== 'tool' || result.name !== proposeTool.name) return null;
  const parsed = proposedEditsSchema.safeParse(result.arguments);
  return parsed.success ? parsed.data.edits : null;
};

/** Prose instead of edits is asked once again, and never guessed at. */
export const propose = async (
  rehearsing: Pick<Rehearsing, 'provider' | 'signal' | 'pace' | 'prices' | 'now' | 'model' | 'ai' | 'instructions'>,
  lessons: readonly ShownLesson[],
): Promise<ProposeOutcome> => {
  const { calls, bill } = createBill(rehearsing);
  const text = materialOf(rehearsing.instructions, lessons);

  for (const reminder of [null, proposeReminder]) {
    const result = await askPatiently(
      rehearsing,
      {
        instructions: proposeInstructions,
        context: '',
        summary: null,
        history: [],
        text: reminder === null ? text : `${text}\n\n${reminder}`,
        model: rehearsing.model,
        temperature: null,
        maxTokens: proposeTokens,
        timeoutMs: rehearsing.ai.timeoutMs,
        tools: [proposeTool],
      },
      bill,
    );
    if (result.kind === 'refused' || result.kind === 'passing')
      return { kind: 'problem', scope: 'all', reason: plainText(result.reason), calls };

    const edits = editsIn(result);
    if (edits !== null) return { kind: 'proposed', edits, calls };
  }
  return { kind: 'problem', scope: 'one', reason: 'the AI wrote prose instead of edits, twice', calls };
};

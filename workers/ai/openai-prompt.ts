import type { AiRequest, AiTool, MediaRequest, SummaryRequest, ToolRound } from './ai-provider.ts';
import {
  base64Of,
  instructionsOf,
  instructionsWithNotes,
  mediaInstructions,
  mediaMaxTokens,
  mediaNote,
  plainMimeType,
  saidItems,
  summaryInput,
  summaryInstructions,
  summaryItem,
  summaryMaxTokens,
} from './prompt-data.ts';

/** One request to an OpenAI-compatible service, before it is written in the form of one of its APIs. */

export type PromptPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly dataUrl: string }
  | { readonly kind: 'file'; readonly dataUrl: string; readonly name: string };

export interface PromptItem {
  /** `program`: a note of ours, at the rank of the instructions. */
  readonly role: 'user' | 'assistant' | 'program';
  readonly parts: readonly PromptPart[];
}

export interface Prompt {
  readonly model: string;
  readonly instructions: string;
  /** The same, with the words of the `program` items, for an API that takes such items at the start only. */
  readonly instructionsWithNotes: string;
  readonly items: readonly PromptItem[];
  readonly maxTokens: number;
  readonly temperature: number | null;
  readonly tools: readonly AiTool[];
  /** After the items. */
  readonly rounds: readonly ToolRound[];
  readonly mayCall: boolean;
}

/** A service that gives its calls no names of their own wants to see some again. */
export const callId = (round: number, place: number, id: string | null): string => id ?? `call_${round}_${place}`;

const textPart = (text: string): PromptPart => ({ kind: 'text', text });
const item = (role: PromptItem['role'], text: string): PromptItem => ({ role, parts: [textPart(text)] });

export const answerPrompt = (request: AiRequest): Prompt => {
  const said = saidItems(request);
  const material = request.material ?? null;
  const items = said.flatMap(({ role, text, note }, index): readonly PromptItem[] => [
    ...(material !== null && index === said.length - 1 ? [item('user', material)] : []),
    ...(note ? [item('program', note)] : []),
    item(role === 'customer' ? 'user' : 'assistant', text),
  ]);

  return {
    model: request.model,
    instructions: instructionsOf(request),
    instructionsWithNotes: instructionsWithNotes(request, said),
    items: request.summary === null ? items : [item('user', summaryItem(request.summary)), ...items],
    maxTokens: request.maxTokens,
    temperature: request.temperature,
    tools: request.tools ?? [],
    rounds: request.rounds ?? [],
    mayCall: request.mayCall ?? true,
  };
};

const plainPrompt = (model: string, instructions: string, parts: readonly PromptPart[], maxTokens: number): Prompt => ({
  model,
  instructions,
  instructionsWithNotes: instructions,
  items: [{ role: 'user', parts }],
  maxTokens,
  temperature: null,
  tools: [],
  rounds: [],
  mayCall: true,
});

export const summaryPrompt = (request: SummaryRequest): Prompt =>
  plainPrompt(request.model, summaryInstructions, [textPart(summaryInput(request))], summaryMaxTokens);

/** A picture or a document with what is known of it. */
export const mediaPrompt = (request: MediaRequest): Prompt => {
  const note = mediaNote(request);
  const dataUrl = `data:${plainMimeType(request.mimeType)};base64,${base64Of(request)}`;
  const medium: PromptPart =
    request.kind === 'document' ? { kind: 'file', dataUrl, name: 'document.pdf' } : { kind: 'image', dataUrl };

  return plainPrompt(
    request.model,
    mediaInstructions(request.kind),
    [...(note === null ? [] : [textPart(note)]), medium],
    mediaMaxTokens,
  );
};

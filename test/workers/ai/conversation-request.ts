import type { AiRequest, AiTool } from '../../../workers/ai/ai-provider.ts';

/** A request as the pipeline makes it; tests change what they are about. */
export const aRequest = (changes: Partial<AiRequest> = {}): AiRequest => ({
  instructions: 'Você atende a Padaria do João.',
  context: '',
  summary: null,
  history: [],
  text: 'Qual o horário de vocês?',
  model: 'gpt-5.6-luna',
  temperature: null,
  maxTokens: 500,
  timeoutMs: 10_000,
  ...changes,
});

/** A tool as the pipeline offers it, with what some services refuse in a schema. */
export const askForAPerson: AiTool = {
  name: 'ask_for_a_person',
  description: 'Call this when the customer needs a person.',
  parameters: {
    type: 'object',
    properties: { reason: { type: 'string', description: 'why' }, summary: { type: 'string' } },
    required: ['reason', 'summary'],
    additionalProperties: false,
  },
};

export const never = (): AbortSignal => new AbortController().signal;

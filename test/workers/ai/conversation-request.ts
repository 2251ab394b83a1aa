import type { AiRequest } from '../../../workers/ai/ai-provider.ts';

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

export const never = (): AbortSignal => new AbortController().signal;

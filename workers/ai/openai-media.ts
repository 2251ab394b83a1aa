import { APIError, toFile } from 'openai';
import type { AiTextResult, MediaRequest } from './ai-provider.ts';
import { type Asking, askOpenAi, type OpenAiAccess } from './openai-asking.ts';
import { isPathMissing } from './openai-errors.ts';
import { mediaPrompt } from './openai-prompt.ts';
import { plainMimeType } from './prompt-data.ts';
import { withoutTool } from './reading.ts';
import { passing } from './service-call.ts';
import { isUnknownModel } from './service-faults.ts';
import { factsOf } from './service-memory.ts';

/** Voice messages, pictures and documents of customers, by an OpenAI-compatible service. */

/** Extension by which the transcription endpoint knows the format; WhatsApp's voice notes are Ogg with Opus. */
const extensionOf = (mimeType: string): string =>
  ({
    'audio/mpeg': 'mp3',
    'audio/mp4': 'm4a',
    'audio/aac': 'm4a',
    'audio/wav': 'wav',
    'audio/webm': 'webm',
    'audio/flac': 'flac',
  })[mimeType] ?? 'ogg';

const unsupported = (reason: string): AiTextResult => ({ kind: 'no-answer', code: 'unsupported', reason, usage: null });

/** What other services call their model that hears: OpenAI's old name, which many keep, and Groq's. */
const otherNames = ['whisper-1', 'whisper-large-v3-turbo'];

const isNoSuchModel = (error: unknown): boolean =>
  error instanceof APIError && [400, 404, 422].includes(error.status ?? 0) && isUnknownModel(error.message);

const transcribeWith = async (
  { client, place }: OpenAiAccess,
  model: string,
  request: MediaRequest,
  how: Asking,
): Promise<AiTextResult> => {
  const type = plainMimeType(request.mimeType);
  const file = await toFile(request.bytes, `voice.${extensionOf(type)}`, { type });
  const heard = await client.audio.transcriptions.create(
    { file, model, response_format: 'json' },
    { signal: how.signal, timeout: how.timeoutMs },
  );
  if (typeof heard?.text !== 'string')
    return passing('garbled', `${place.name} sent something that is no transcription`);

  const usage =
    heard.usage?.type === 'tokens'
      ? { inputTokens: heard.usage.input_tokens, outputTokens: heard.usage.output_tokens }
      : { inputTokens: 0, outputTokens: 0 };
  const text = heard.text.trim();
  if (text === '') return { kind: 'no-answer', code: 'empty', reason: 'nothing was said in the voice message', usage };
  return { kind: 'answer', text, usage, model, notes: [] };
};

const transcribe = async (
  access: OpenAiAccess,
  usualModel: string,
  request: MediaRequest,
  how: Asking,
): Promise<AiTextResult> => {
  const { place, memory } = access;
  const facts = factsOf(memory, place.address);
  const isOwn = place.addressSetting === null;
  const models = facts.transcriptionModel === null ? [usualModel, ...otherNames] : [facts.transcriptionModel];

  for (const model of isOwn ? [usualModel] : models) {
    try {
      const result = await transcribeWith(access, model, request, how);
      facts.transcriptionModel = model;
      return result;
    } catch (error) {
      if (isOwn || (!isNoSuchModel(error) && !isPathMissing(error))) throw error;
      if (!isNoSuchModel(error)) break;
    }
  }
  return unsupported(`${place.name} does not hear voice messages (no /audio/transcriptions that takes one)`);
};

/** Throws what the service refuses. */
export const describeMedium = async (
  access: OpenAiAccess,
  transcriptionModel: string,
  request: MediaRequest,
  how: Asking,
): Promise<AiTextResult> => {
  if (request.kind === 'audio') return transcribe(access, transcriptionModel, request, how);

  if (request.kind === 'document') {
    if (plainMimeType(request.mimeType) !== 'application/pdf')
      return unsupported(`${access.place.name} reads PDF only, not ${plainMimeType(request.mimeType)}`);
    // Chat servers that do not know files leave them out without a word, and the model invents what it has not seen.
    const isChat = access.api === 'chat' || factsOf(access.memory, access.place.address).api === 'chat';
    if (isChat && access.place.addressSetting !== null)
      return unsupported(`${access.place.name} reads no documents through chat completions`);
    const read = await askOpenAi({ ...access, api: isChat ? 'chat' : 'responses' }, mediaPrompt(request), how);
    return read.kind === 'refused' && read.code === 'wrong-path' && access.api === 'auto'
      ? unsupported(`${access.place.name} reads no documents`)
      : withoutTool(read);
  }
  return withoutTool(await askOpenAi(access, mediaPrompt(request), how));
};

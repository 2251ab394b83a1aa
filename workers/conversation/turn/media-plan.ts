import type { AiConfig } from '../../../src/session/session-config.ts';
import type { Bytes } from '../../../src/session/units.ts';
import type { StoredMessage } from '../../../src/store/message-store.ts';
import type { MessageFacts } from '../../whatsapp/whatsapp-client.ts';

/** What is done with the file of a message, decided before it is fetched. Pure. */

export type MediaPlan =
  /** Has no file that is read here, was read already, or is not to be read. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'too-large' }
  /** A file that nobody here reads. */
  | { readonly kind: 'unsupported' }
  /** Fetched, and its characters are its words. */
  | { readonly kind: 'text'; readonly maxBytes: Bytes }
  /** Fetched and given to the AI service. */
  | { readonly kind: 'describe'; readonly as: 'audio' | 'image' | 'document'; readonly maxBytes: Bytes };

/** What the services take inline: Gemini 20 MB a request, OpenAI 25 MB a recording. */
const largestMedium: Bytes = 20 * 1024 * 1024;
const largestDocument: Bytes = 10 * 1024 * 1024;
/** A longer text is cut anyway. */
const largestText: Bytes = 2 * 1024 * 1024;

const textTypes = /^(?:text\/.+|application\/(?:json|csv|x-csv|xml))$/;
const textNames = /\.(?:txt|csv|tsv|md|markdown|json|xml|log|vcf|ics)$/i;

type MediaKind = 'audio' | 'image' | 'document' | 'video';

/** What the session does with this kind; null: it has no file. */
const policyOf = (ai: AiConfig, kind: string): AiConfig['audio'] | null =>
  ['audio', 'image', 'document', 'video'].includes(kind) ? ai[kind as MediaKind] : null;

/** A document may be a picture, a recording, a PDF or text. */
const documentPlan = (mimeType: string, fileName: string): MediaPlan => {
  if (mimeType.startsWith('image/') && mimeType !== 'image/svg+xml')
    return { kind: 'describe', as: 'image', maxBytes: largestMedium };
  if (mimeType.startsWith('audio/')) return { kind: 'describe', as: 'audio', maxBytes: largestMedium };
  if (mimeType === 'application/pdf' || /\.pdf$/i.test(fileName))
    return { kind: 'describe', as: 'document', maxBytes: largestDocument };
  if (textTypes.test(mimeType) || textNames.test(fileName)) return { kind: 'text', maxBytes: largestText };
  return { kind: 'unsupported' };
};

const factsOf = (message: StoredMessage): MessageFacts =>
  message.facts === null ? {} : (JSON.parse(message.facts) as MessageFacts);

export const fileNameOf = (message: StoredMessage): string | null => factsOf(message).fileName ?? null;

export const mediaPlan = (message: StoredMessage, ai: AiConfig): MediaPlan => {
  if (message.mediaText !== null || policyOf(ai, message.kind) !== 'describe') return { kind: 'nothing' };

  const facts = factsOf(message);
  // Only the phone may open it.
  if (facts.viewOnce === true) return { kind: 'nothing' };

  const mimeType = (message.mimeType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const plan: MediaPlan =
    message.kind === 'document'
      ? documentPlan(mimeType, facts.fileName ?? '')
      : message.kind === 'video'
        ? { kind: 'nothing' }
        : { kind: 'describe', as: message.kind === 'audio' ? 'audio' : 'image', maxBytes: largestMedium };

  const isTooLarge = 'maxBytes' in plan && (facts.fileBytes ?? 0) > plan.maxBytes;
  return isTooLarge ? { kind: 'too-large' } : plan;
};

/** Nothing but media that the session answers with its fixed text. */
export const hasFixedAnswer = (messages: readonly StoredMessage[], ai: AiConfig): boolean =>
  ai.mediaReply.trim() !== '' &&
  messages.every(
    (message) => message.text.trim() === '' && message.mediaText === null && policyOf(ai, message.kind) === 'reply',
  );

import type { SpeechRequest, SpeechResult } from './ai-provider.ts';
import type { Asking, OpenAiAccess } from './openai-asking.ts';
import { passing } from './service-call.ts';

/** Texts said aloud by an OpenAI-compatible service. */

const speechModel = 'gpt-4o-mini-tts';
/** A voice note of ten minutes: nothing of ours is so long. */
const mostBytes = 8 * 1024 * 1024;
/** Opus counts its time in these, whatever the sound's own rate. */
const samplesPerSecond = 48_000;
/** The service tells no usage: its price list says 1.5 cents a minute for sound at 12 dollars a million tokens. */
const tokensPerSecond = 21;
const charactersPerToken = 3;

/** Seconds of an Ogg file with Opus, by the time of its last page; null: it is none. */
export const oggSeconds = (bytes: Buffer): number | null => {
  if (bytes.subarray(0, 4).toString('latin1') !== 'OggS' || !bytes.subarray(0, 200).includes('OpusHead')) return null;
  const last = bytes.lastIndexOf('OggS');
  if (last + 14 > bytes.length) return null;
  return Math.max(0, Number(bytes.readBigInt64LE(last + 6)) / samplesPerSecond);
};

/** Throws what the service refuses. */
export const speakWith = async (
  { client, place }: OpenAiAccess,
  { text, voice }: SpeechRequest,
  how: Asking,
): Promise<SpeechResult> => {
  const answer = await client.audio.speech.create(
    { model: speechModel, voice, input: text, response_format: 'opus' },
    { signal: how.signal, timeout: how.timeoutMs },
  );
  const bytes = Buffer.from(await answer.arrayBuffer());
  const seconds = bytes.length > mostBytes ? null : oggSeconds(bytes);
  if (seconds === null) return passing('garbled', `${place.name} sent something that is no Opus in Ogg`);

  const usage = {
    inputTokens: Math.ceil(text.length / charactersPerToken),
    outputTokens: Math.ceil(seconds * tokensPerSecond),
  };
  return { kind: 'answer', text: '', bytes, usage, model: speechModel, notes: [] };
};

import { messageOf } from '../../../src/session/fleet-error.ts';
import type { StoredPart } from '../../../src/store/outbox/outbox-rows.ts';
import type { OutgoingFile } from '../../whatsapp/whatsapp-client.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { speakText } from '../core/speak-text.ts';
import { addStep, sayAsText } from './part-ending.ts';

/** A part that is spoken: its sound is made just before it is sent; where that fails the same words go as text. Loaded where one is to be sent. */

const made = async (core: EngineCore, part: StoredPart): Promise<OutgoingFile | string> => {
  try {
    const speech = await speakText(core, part.conversationId, part.text);
    if (speech.kind === 'not') return speech.reason;
    const { bytes, voice } = speech;
    const path = await core.files.keepSpoken(part.id, bytes);
    addStep(core, part, 'spoken', { voice, bytes: bytes.length });
    return { path, fileName: 'voice.ogg', mimeType: 'audio/ogg; codecs=opus', bytes: bytes.length, as: 'voice' };
  } catch (error) {
    return messageOf(error);
  }
};

/** What is sent; null: it became text, or is over. */
export const spokenFile = async (core: EngineCore, part: StoredPart): Promise<OutgoingFile | null> => {
  const file = await made(core, part);
  if (typeof file !== 'string') return file;
  if (!core.link.isStopping && core.store.outbox.get(part.id)?.status === 'queued') sayAsText(core, part, file);
  return null;
};

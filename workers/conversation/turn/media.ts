import { defaultModels } from '../../../src/session/default-models.ts';
import { messageOf } from '../../../src/session/fleet-error.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import type { TurnStep } from '../../../src/session/turn-step.ts';
import type { StoredMessage } from '../../../src/store/message-store.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { bookUsage } from './memory.ts';

/** Has the AI service hear or see the media of a turn where `ai_config` says so. What was read is stored at once and never paid for twice. */
const readOne = async (core: EngineCore, message: StoredMessage, kind: 'audio' | 'image'): Promise<TurnStep> => {
  const failed = (reason: string): TurnStep => ({
    at: core.clock.now(),
    step: 'media-failed',
    values: { kind, reason: plainText(reason) },
  });
  const session = core.current();
  const { ai } = session.config;
  try {
    const media = await core.client.downloadMedia(message.waId);
    const provider = core.ai.provider(session);
    const request = {
      kind,
      mimeType: media.mimeType,
      bytes: media.bytes,
      caption: message.text,
      model: ai.model ?? (core.settings.defaultModels ?? defaultModels)[ai.provider],
      timeoutMs: ai.timeoutMs,
    };
    const result = await core.ai.ask(ai.timeoutMs, (signal) => provider.describe(request, signal));
    if (result.kind !== 'answer') return failed(result.reason);
    core.store.database.transaction(() => {
      bookUsage(core, result.model, result.usage);
      core.store.messages.setMediaText(message.seq, result.text, core.clock.now());
    });
    return {
      at: core.clock.now(),
      step: 'media-described',
      values: { kind, text: plainText(result.text).slice(0, 200) },
    };
  } catch (error) {
    core.log.warn('a medium could not be read', { message: message.waId, error: messageOf(error) });
    return failed(messageOf(error));
  }
};

export const readMedia = async (core: EngineCore, messages: readonly StoredMessage[]): Promise<readonly TurnStep[]> => {
  const { ai } = core.current().config;
  const steps: TurnStep[] = [];
  for (const message of messages) {
    if (core.link.isStopping) break;
    if ((message.kind !== 'audio' && message.kind !== 'image') || message.mediaText !== null) continue;
    if (ai[message.kind] === 'describe') steps.push(await readOne(core, message, message.kind));
  }
  return steps;
};

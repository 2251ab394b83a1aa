import { isProbeChat } from '../../../src/store/conversations/probe-chats.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { sessionOf } from './turn-canary.ts';
import type { Turn } from './turn-state.ts';

/** Whether an answer is spoken: a voice note is answered by one, where that is wished and helps. */

/** Nobody listens to more than about a minute. */
const longestSpoken = 800;
/** What is to be tapped or copied is written. */
const toBeSeen = /https?:\/\/|www\.|[\w.+-]+@[\w-]+\.\w|\d{6,}|^\s*(?:[-•*]|\d+[.)])\s/mu;

const isVoiceNote = (facts: string | null): boolean =>
  facts !== null && (JSON.parse(facts) as { readonly voiceNote?: boolean }).voiceNote === true;

export const maySpeak = (core: EngineCore, turn: Turn, text: string): boolean => {
  const session = sessionOf(core, turn);
  if (session.config.ai.voice !== 'notes' || isProbeChat(turn.conversation)) return false;

  const last = turn.messages.at(-1);
  if (last?.kind !== 'audio' || !isVoiceNote(last.facts)) return false;
  if (text.trim() === '' || text.length > longestSpoken || toBeSeen.test(text)) return false;
  return core.ai.provider(session).speak !== undefined;
};

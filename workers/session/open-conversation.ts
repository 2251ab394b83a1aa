import type { HomePaths } from '../../src/home/home-paths.ts';
import type { Settings } from '../../src/settings/settings.ts';
import type { SessionConversation } from './conversation.ts';
import type { SessionHost } from './session-host.ts';
import type { RuntimeOptions } from './session-runtime.ts';

export type ConversationOptions = Parameters<RuntimeOptions['openConversation']>[0] & {
  readonly host: SessionHost;
  readonly paths: HomePaths;
  readonly settings: Settings;
};

/** Opens the pipeline for one phone. */
export const openConversation = async (_options: ConversationOptions): Promise<SessionConversation> => ({
  onMessage: () => undefined,
  onAck: () => undefined,
  onConnected: () => undefined,
  onDisconnected: () => undefined,
  wake: () => undefined,
  ai: () => ({ status: 'off', reason: null }),
  drain: async () => undefined,
  close: async () => undefined,
});

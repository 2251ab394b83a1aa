import type { HomePaths } from '../../src/home/home-paths.ts';
import { fleetModels } from '../../src/session/default-models.ts';
import { readAiKeys } from '../../src/settings/ai-keys.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { finishMerges } from '../../src/store/conversations/move-rows.ts';
import { unitePersons } from '../../src/store/conversations/unite-persons.ts';
import type { Store } from '../../src/store/store.ts';
import { createAiProvider } from '../ai/create-ai-provider.ts';
import { createServiceMemory } from '../ai/service-memory.ts';
import type { BrainLater } from '../ai/webhook-provider.ts';
import { createConversationEngine } from '../conversation/conversation-engine.ts';
import { systemClock } from '../conversation/core/clock.ts';
import type { RuntimeOptions } from './runtime-types.ts';
import { aiProviderFor, engineLanguage, readPrices } from './session-ai.ts';
import { filePlaceOf } from './session-files.ts';
import type { SessionHost } from './session-host.ts';
import { toolCallerFor } from './session-tools.ts';

/** Where a brain of the operator's own answers later: over the API, into the store, where it is found here. */
const brainLater = (store: Store, sessionId: string, { PUBLIC_URL }: Settings): BrainLater => ({
  publicUrl: PUBLIC_URL ?? null,
  ask: ({ key, turnId }) => store.brains.ask({ sessionId, turn: key, turnId }, Date.now()),
  read: (key) => store.brains.read(sessionId, key, Date.now()),
  close: (key) => store.brains.close(sessionId, key, Date.now()),
});

/** Opens the pipeline for one phone. */
export const conversationOpener =
  (around: {
    readonly host: SessionHost;
    readonly paths: HomePaths;
    readonly settings: Settings;
    /** Names this life of the worker. */
    readonly life: string;
  }): RuntimeOptions['openConversation'] =>
  async ({ session, client, onActivity }) => {
    const { host, settings, paths } = around;
    const memory = createServiceMemory();
    const { id, name } = session();
    // Before anybody is answered: two memories of one person would be two answers.
    const merged = await unitePersons(host.store, id, Date.now);
    for await (const _ of finishMerges(host.store.database, id, Date.now)) void 0;
    if (merged > 0) host.log.info('chats of one person were made one', { merged });

    return createConversationEngine({
      store: host.store,
      session: { id, name },
      client,
      aiFor: (config) => {
        try {
          const key = readAiKeys(paths)[id];
          if (key !== undefined) host.log.addSecret(key);
          return aiProviderFor(config, {
            paths,
            sessionId: id,
            secrets: host.secrets,
            settings,
            memory,
            brain: brainLater(host.store, id, settings),
          });
        } catch (error) {
          // Another key than the session's own would bill somebody else: then none, which shows as NOT REPLYING.
          host.log.error('the own AI keys of the sessions cannot be read', { error });
          return createAiProvider({ provider: config.provider, secrets: {} });
        }
      },
      tools: toolCallerFor({ paths, sessionId: id, onSecret: (secret) => host.log.addSecret(secret) }),
      files: filePlaceOf(paths, id),
      settings: {
        adminNumbers: settings.ADMIN_NUMBERS,
        language: engineLanguage(settings),
        fleetBudgetUsd: settings.AI_DAILY_BUDGET_USD ?? null,
        ...(settings.OWNER_COMMANDS === undefined ? {} : { commandWords: settings.OWNER_COMMANDS }),
        defaultModels: fleetModels(settings),
        prices: readPrices(paths, host.log),
      },
      clock: systemClock,
      random: Math.random,
      log: host.log,
      report: onActivity,
      life: around.life,
    });
  };

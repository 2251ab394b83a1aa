import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { HomePaths } from '../../src/home/home-paths.ts';
import type { Logger } from '../../src/log/logger.ts';
import { fleetModels } from '../../src/session/default-models.ts';
import { messageOf } from '../../src/session/fleet-error.ts';
import type { AiConfig } from '../../src/session/session-config.ts';
import { readAiKeys } from '../../src/settings/ai-keys.ts';
import { aiServiceOf } from '../../src/settings/ai-service.ts';
import type { Secrets, Settings } from '../../src/settings/settings.ts';
import { finishMerges } from '../../src/store/conversations/move-rows.ts';
import { unitePersons } from '../../src/store/conversations/unite-persons.ts';
import type { AiProvider } from '../ai/ai-provider.ts';
import { createAiProvider } from '../ai/create-ai-provider.ts';
import { createDemoProvider } from '../ai/demo-provider.ts';
import { createServiceMemory, type ServiceMemory } from '../ai/service-memory.ts';
import { createConversationEngine } from '../conversation/conversation-engine.ts';
import { systemClock } from '../conversation/core/clock.ts';
import type { EngineSettings } from '../conversation/core/engine-types.ts';
import { type PriceTable, priceOverridesSchema } from '../conversation/limits/price-table.ts';
import type { RuntimeOptions } from './runtime-types.ts';
import type { SessionHost } from './session-host.ts';

/** A person's own prices: `FLEET_HOME/data/prices.json`, a JSON array like the table in price-table.ts. */
export const readPrices = (paths: HomePaths, log: Pick<Logger, 'warn'>): PriceTable => {
  const path = join(paths.data, 'prices.json');
  try {
    return priceOverridesSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      log.warn(`${path} is not used: ${messageOf(error)}`);
    return [];
  }
};

/** The AI service of a session, with its own key or else the fleet's; a changed own key counts from the next call. */
export const aiProviderFor = (
  config: AiConfig,
  around: {
    readonly paths: HomePaths;
    readonly sessionId: string;
    readonly secrets: Secrets;
    readonly settings: Settings;
    /** What is known of services from calls before. */
    readonly memory: ServiceMemory;
  },
): AiProvider => {
  // The master of a demo says so to its workers; no service is asked there.
  if (config.provider === 'echo' && process.env['ZAP_DEMO'] === '1') return createDemoProvider();

  const { secrets, settings, memory } = around;
  const ownKey = readAiKeys(around.paths)[around.sessionId];
  const service = aiServiceOf(config, { settings, secrets, ownKey });
  const key = service?.key ?? undefined;
  const address = service?.address ?? undefined;
  return createAiProvider({
    provider: config.provider,
    secrets: { openaiKey: key, geminiKey: key },
    baseUrls: { openai: address, gemini: address },
    addressSetting: service?.addressSetting ?? undefined,
    api: config.api,
    memory,
  });
};

export const engineLanguage = (settings: Settings): EngineSettings['language'] =>
  settings.FLEET_LANG ?? (/^en/i.test(process.env['LANG'] ?? '') ? 'en' : 'pt-BR');

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
          return aiProviderFor(config, { paths, sessionId: id, secrets: host.secrets, settings, memory });
        } catch (error) {
          // Another key than the session's own would bill somebody else: then none, which shows as NOT REPLYING.
          host.log.error('the own AI keys of the sessions cannot be read', { error });
          return createAiProvider({ provider: config.provider, secrets: {} });
        }
      },
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

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { HomePaths } from '../../src/home/home-paths.ts';
import type { Logger } from '../../src/log/logger.ts';
import { messageOf } from '../../src/session/fleet-error.ts';
import type { AiConfig } from '../../src/session/session-config.ts';
import { readAiKeys } from '../../src/settings/ai-keys.ts';
import { aiServiceOf } from '../../src/settings/ai-service.ts';
import type { Secrets, Settings } from '../../src/settings/settings.ts';
import type { AiProvider } from '../ai/ai-provider.ts';
import { createAiProvider } from '../ai/create-ai-provider.ts';
import { createDemoProvider } from '../ai/demo-provider.ts';
import type { ServiceMemory } from '../ai/service-memory.ts';
import type { BrainLater } from '../ai/webhook-provider.ts';
import type { EngineSettings } from '../conversation/core/engine-types.ts';
import { type PriceTable, priceOverridesSchema } from '../conversation/limits/price-table.ts';

/** A session's AI service, prices and language, for whoever asks it: its worker, a test of it, a rehearsal. */

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
    readonly brain?: BrainLater;
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
    secrets: { openaiKey: key, geminiKey: key, webhookSecret: key },
    baseUrls: { openai: address, gemini: address, webhook: address },
    addressSetting: service?.addressSetting ?? undefined,
    api: config.api,
    memory,
    brain: around.brain,
  });
};

export const engineLanguage = (settings: Settings): EngineSettings['language'] =>
  settings.FLEET_LANG ?? (/^en/i.test(process.env['LANG'] ?? '') ? 'en' : 'pt-BR');

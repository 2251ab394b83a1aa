import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HomePaths } from '../../src/home/home-paths.ts';
import type { Logger } from '../../src/log/logger.ts';
import { messageOf } from '../../src/session/fleet-error.ts';
import type { AiConfig } from '../../src/session/session-config.ts';
import type { Secrets, Settings } from '../../src/settings/settings.ts';
import type { AiProvider } from '../ai/ai-provider.ts';
import { createAiProvider } from '../ai/create-ai-provider.ts';
import { systemClock } from '../conversation/clock.ts';
import { createConversationEngine } from '../conversation/conversation-engine.ts';
import type { EngineSettings } from '../conversation/engine-types.ts';
import { type PriceTable, priceOverridesSchema } from '../conversation/price-table.ts';
import type { SessionHost } from './session-host.ts';
import type { RuntimeOptions } from './session-runtime.ts';

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

/** The AI service of a configuration, with the session's own key or else the fleet's. */
export const aiProviderFor = (config: AiConfig, secrets: Secrets, settings: Settings): AiProvider =>
  createAiProvider({
    provider: config.provider,
    secrets: { openaiKey: secrets.OPENAI_KEY, geminiKey: secrets.GEMINI_KEY },
    baseUrls: { openai: settings.OPENAI_BASE_URL, gemini: settings.GEMINI_BASE_URL },
  });

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
    const { id, name } = session();
    return createConversationEngine({
      store: host.store,
      session: { id, name },
      client,
      aiFor: (config) => aiProviderFor(config, host.secrets, settings),
      settings: {
        adminNumbers: settings.ADMIN_NUMBERS,
        language: engineLanguage(settings),
        fleetBudgetUsd: null,
        prices: readPrices(paths, host.log),
      },
      clock: systemClock,
      random: Math.random,
      log: host.log,
      report: onActivity,
      life: around.life,
    });
  };

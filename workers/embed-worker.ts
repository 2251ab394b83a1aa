import process from 'node:process';
import { type FromEmbed, type ToEmbed, toEmbedSchema } from '../src/protocol/embed.ts';
import { embeddingModelOf } from '../src/session/embeddings.ts';
import { FleetError, messageOf } from '../src/session/fleet-error.ts';
import { plainText } from '../src/session/plain-text.ts';
import { loadSettings } from '../src/settings/load-settings.ts';
import { readSecrets } from '../src/settings/secrets-file.ts';
import { createServiceMemory } from './ai/service-memory.ts';
import { embeddingCostOf, priceTable } from './conversation/limits/price-table.ts';
import { type EmbeddingParts, embedTexts } from './session/embed-texts.ts';
import { aiProviderFor, readPrices } from './session/session-ai.ts';

/**
 * The process that has vectors made of a session's passages (src/master/knowledge/embed-process.ts): it is told texts and gives vectors, and knows
 * neither phone nor store. It ends when the master lets go of it.
 */

type Open = Extract<ToEmbed, { kind: 'open' }>;

const million = 1_000_000;

const tell = (message: FromEmbed): void => {
  if (process.connected) process.send?.(message);
};

const openEmbedding = ({ sessionId, ai }: Open, signal: AbortSignal): EmbeddingParts => {
  const home = process.env['FLEET_HOME'] ?? '/';
  const { settings, secrets, paths } = loadSettings({ env: process.env, cwd: home, home });
  const wanted = embeddingModelOf(ai);
  if (wanted === null) throw new FleetError('refused-by-state', 'this session makes no vectors.');

  return {
    provider: aiProviderFor(ai, {
      paths,
      sessionId,
      secrets: { ...readSecrets(paths.secretsFile), ...secrets },
      settings,
      memory: createServiceMemory(),
    }),
    model: wanted.model,
    prices: priceTable(readPrices(paths, { warn: () => undefined })),
    signal,
    now: Date.now,
    longest: Number.MAX_SAFE_INTEGER,
    isProven: false,
  };
};

const run = (): void => {
  const ending = new AbortController();
  let parts: EmbeddingParts | null = null;

  const fail = (error: unknown): void => {
    if (ending.signal.aborted) return;
    const code = error instanceof FleetError ? error.code : 'failed';
    tell({ kind: 'failed', code, message: plainText(messageOf(error)) });
    process.disconnect?.();
  };
  const open = (message: Open): void => {
    parts = openEmbedding(message, ending.signal);
    const day = new Date().toISOString().slice(0, 10);
    const { usd, known } = embeddingCostOf(parts.prices, parts.model, { inputTokens: million, outputTokens: 0 }, day);
    tell({
      kind: 'opened',
      price: { model: parts.model, inputPerMillion: usd, outputPerMillion: 0, isKnown: known },
    });
  };

  process.on('message', (raw) => {
    const message = toEmbedSchema.safeParse(raw);
    if (!message.success) {
      fail(new FleetError('failed', 'the process that makes vectors speaks another version. Restart the master.'));
      return;
    }
    const { data } = message;
    try {
      if (data.kind === 'open') open(data);
      else if (parts === null) throw new FleetError('failed', 'no session was opened');
      else
        embedTexts(parts, data)
          .then((outcome) => tell({ ...outcome, row: data.row }))
          .catch(fail);
    } catch (error) {
      fail(error);
    }
  });
  const end = (): void => {
    ending.abort();
    process.exit(0);
  };
  process.once('disconnect', end);
  process.once('SIGTERM', end);
};

process.umask(0o077);
run();

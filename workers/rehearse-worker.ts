import process from 'node:process';
import { type FromRehearse, type ModelPrice, type ToRehearse, toRehearseSchema } from '../src/protocol/rehearse.ts';
import { fleetModels } from '../src/session/default-models.ts';
import { FleetError, messageOf } from '../src/session/fleet-error.ts';
import { plainText } from '../src/session/plain-text.ts';
import { isModel } from '../src/session/session-config.ts';
import { loadSettings } from '../src/settings/load-settings.ts';
import { readSecrets } from '../src/settings/secrets-file.ts';
import { createServiceMemory } from './ai/service-memory.ts';
import { costOf, type PriceTable, priceTable } from './conversation/limits/price-table.ts';
import { askAgain, type Outcome, questionOfScene, questionOfTurn, type Rehearsing } from './rehearsal/ask-again.ts';
import { judgeVersion } from './rehearsal/judge-instructions.ts';
import { propose } from './rehearsal/propose.ts';
import { checkCall } from './session/check-call.ts';
import { aiProviderFor, engineLanguage, readPrices } from './session/session-ai.ts';

/**
 * The process behind a rehearsal (src/master/rehearsal-room.ts) and behind a proposal (src/master/proposal-room.ts): a session's AI with a
 * change, or asked for one, and nothing by which a customer could be
 * reached: no phone, no outbox, no store (test/workers/rehearsal/reach.test.ts). It ends when the master lets go of it.
 */

type Open = Extract<ToRehearse, { kind: 'open' }>;

const tell = (message: FromRehearse): void => {
  if (process.connected) process.send?.(message);
};

const million = 1_000_000;

const priceOfModel = (prices: PriceTable, model: string): ModelPrice => {
  const day = new Date().toISOString().slice(0, 10);
  const input = costOf(prices, model, { inputTokens: million, outputTokens: 0 }, day);
  const output = costOf(prices, model, { inputTokens: 0, outputTokens: million }, day);
  return { model, inputPerMillion: input.usd, outputPerMillion: output.usd, isKnown: input.known };
};

const openRehearsing = (open: Open, signal: AbortSignal): Rehearsing => {
  const { settings, secrets, paths } = loadSettings({
    env: process.env,
    cwd: process.env['FLEET_HOME'] ?? '/',
    home: process.env['FLEET_HOME'] ?? '/',
  });
  const { session, ai } = open;
  // Whatever the master checked: a webhook may act on what it is asked, also by an answer to the customer that comes later.
  if (!isModel(ai.provider))
    throw new FleetError('refused-by-state', 'nothing is rehearsed with a webhook: it may act on what it is asked.');

  return {
    provider: aiProviderFor(ai, {
      paths,
      sessionId: session.id,
      secrets: { ...readSecrets(paths.secretsFile), ...secrets },
      settings,
      memory: createServiceMemory(),
    }),
    ai,
    timing: open.timing,
    model: ai.model ?? fleetModels(settings)[ai.provider],
    instructions: open.instructions,
    sessionLabel: session.label === '' ? session.name : session.label,
    language: engineLanguage(settings),
    prices: priceTable(readPrices(paths, { warn: () => undefined })),
    judge: open.judge,
    rules: open.rules,
    tools: open.tools ?? [],
    checkCall,
    signal,
    now: Date.now,
  };
};

const run = (): void => {
  const ending = new AbortController();
  let rehearsing: Rehearsing | null = null;

  const fail = (error: unknown): void => {
    if (ending.signal.aborted) return;
    const code = error instanceof FleetError ? error.code : 'failed';
    tell({ kind: 'failed', code, message: plainText(messageOf(error)) });
    process.disconnect?.();
  };
  const ask = async (message: Exclude<ToRehearse, Open>): Promise<void> => {
    if (rehearsing === null) throw new FleetError('failed', 'the rehearsal has not begun');
    if (message.kind === 'propose') {
      tell({ ...(await propose(rehearsing, message.lessons)), row: message.row });
      return;
    }
    const question =
      message.kind === 'turn'
        ? questionOfTurn(message.turn, rehearsing.timing, message.passages ?? [])
        : questionOfScene(message.scene, rehearsing.now(), message.passages ?? []);
    const outcome: Outcome = await askAgain(rehearsing, question);
    tell({ ...outcome, row: message.row });
  };

  process.on('message', (raw) => {
    const message = toRehearseSchema.safeParse(raw);
    if (!message.success) {
      fail(new FleetError('failed', 'the process of the rehearsal speaks another version. Restart the master.'));
      return;
    }
    if (message.data.kind !== 'open') {
      ask(message.data).catch(fail);
      return;
    }
    try {
      rehearsing = openRehearsing(message.data, ending.signal);
      const { prices, model, judge } = rehearsing;
      tell({
        kind: 'opened',
        price: priceOfModel(prices, model),
        judgePrice: judge === null ? null : priceOfModel(prices, judge),
        judgeVersion,
      });
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

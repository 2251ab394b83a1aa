import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { HomePaths } from '../src/home/home-paths.ts';
import { fleetModels } from '../src/session/default-models.ts';
import { FleetError } from '../src/session/fleet-error.ts';
import { plainLines, plainText } from '../src/session/plain-text.ts';
import { parseSessionName, type SessionName } from '../src/session/session-name.ts';
import type { Milliseconds } from '../src/session/units.ts';
import type { Secrets, Settings } from '../src/settings/settings.ts';
import type { StoredSession } from '../src/store/session-store.ts';
import { openStore, type Store } from '../src/store/store.ts';
import { microPerUsd } from '../src/store/usage-store.ts';
import type { AiProvider, AiUsage } from './ai/ai-provider.ts';
import { budgetDay } from './conversation/limits/budget.ts';
import { isOpen } from './conversation/limits/opening-hours.ts';
import { type PacedPart, planAnswer } from './conversation/limits/pacing.ts';
import { costOf, priceTable } from './conversation/limits/price-table.ts';
import { splitAnswer } from './conversation/outbox/split-answer.ts';
import { filterAnswer } from './conversation/turn/filter-answer.ts';
import { fitHistory, type StoredItem } from './conversation/turn/history.ts';
import { fillInstructions } from './conversation/turn/instructions.ts';
import type { TextOutput } from './session/foreground-printer.ts';
import { aiProviderFor, engineLanguage, readPrices } from './session/open-conversation.ts';
import { workerSecrets } from './session/session-host.ts';

export interface TrySessionOptions {
  readonly paths: HomePaths;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly name: string;
  /** One message; without it a conversation with `stdin`. */
  readonly text?: string | undefined;
  /** Shows the rhythm, but does not wait. */
  readonly fast?: boolean;
  readonly stdout: TextOutput;
  readonly stdin: NodeJS.ReadableStream;
  readonly signal?: AbortSignal;
}

const seconds = (ms: Milliseconds): string => `${(ms / 1000).toFixed(1)} s`;
const bigGap = '    ';

interface Talk {
  /** One turn, printed; false when the AI gave no answer. */
  turn(text: string): Promise<boolean>;
}

const startTalk = (
  options: TrySessionOptions,
  session: StoredSession,
  instructions: string,
  provider: AiProvider,
  store: Store,
): Talk => {
  const { config } = session;
  const { ai, timing } = config;
  const model = ai.model ?? fleetModels(options.settings)[ai.provider];
  const prices = priceTable(readPrices(options.paths, { warn: (text) => print(`(${text})`) }));
  const signal = options.signal ?? new AbortController().signal;
  let items: StoredItem[] = [];
  let summary: string | null = null;
  let lastId = 0;
  let spentUsd = 0;

  const print = (text: string): void => void options.stdout.write(`${text}\n`);
  const wait = async (ms: Milliseconds): Promise<void> => {
    if (options.fast !== true && ms > 0) await delay(ms, undefined, { signal });
  };
  const remember = (role: StoredItem['role'], text: string): void => {
    lastId += 1;
    items.push({ id: String(lastId), role, text });
  };
  const book = (usedModel: string, usage: AiUsage): string => {
    const cost = costOf(prices, usedModel, usage, new Date().toISOString().slice(0, 10));
    spentUsd += cost.usd;
    const now = Date.now();
    // It is the session's money: its day and its budget know of it.
    store.usage.add(
      {
        sessionId: session.id,
        day: budgetDay(timing.timeZone, now),
        provider: ai.provider,
        model: usedModel,
        inputTokens: usage.inputTokens,
        outputTokens: usage.outputTokens,
        costMicroUsd: Math.round(cost.usd * microPerUsd),
      },
      now,
    );
    return `${usage.inputTokens} tokens in, ${usage.outputTokens} out, US$ ${cost.usd.toFixed(5)} (so far US$ ${spentUsd.toFixed(5)})`;
  };
  const say = async (part: PacedPart): Promise<void> => {
    await wait(part.waitMs);
    const typing = part.typingMs > 0 ? `, typing… ${seconds(part.typingMs)}` : '';
    print(`${bigGap}(${seconds(part.waitMs)}${typing})`);
    await wait(part.typingMs);
    const [first = '', ...more] = plainLines(part.text);
    print(`bot> ${[first, ...more.map((line) => `     ${line}`)].join('\n')}`);
  };
  const shorten = async (): Promise<void> => {
    const fitted = fitHistory(items, { maxTokens: ai.historyTokens, summary });
    if (fitted.fallen.length > 0) {
      const result = await provider.summarize(
        { previous: summary, items: fitted.fallen, model, timeoutMs: ai.timeoutMs },
        signal,
      );
      if (result.kind === 'answer') {
        summary = result.text;
        print(`${bigGap}(older messages were summed up: ${book(result.model, result.usage)})`);
      } else print(`${bigGap}(older messages were not summed up: ${plainText(result.reason)})`);
    }
    items = [...fitted.kept];
  };

  return {
    turn: async (text) => {
      if (!isOpen(timing, Date.now()))
        print(`${bigGap}(closed now: a customer would be answered at opening time, or get the away message)`);
      await shorten();
      const filled = fillInstructions(instructions, {
        now: Date.now(),
        hours: timing,
        language: engineLanguage(options.settings),
        customerName: null,
        sessionLabel: session.label === '' ? session.name : session.label,
      });
      for (const unknown of filled.unknown)
        print(`${bigGap}(the instructions name {{${plainText(unknown)}}}, which is nothing)`);
      const from = performance.now();
      const result = await provider.answer(
        {
          instructions: filled.text,
          summary,
          history: items,
          text,
          model,
          temperature: ai.temperature,
          maxTokens: ai.maxTokens,
          timeoutMs: ai.timeoutMs,
        },
        signal,
      );
      const took = performance.now() - from;
      if (result.kind !== 'answer') {
        const cost = result.kind === 'no-answer' && result.usage !== null ? `; ${book(model, result.usage)}` : '';
        print(`${bigGap}(no answer: ${plainText(result.reason)}${cost})`);
        return false;
      }
      const { text: answer, changes } = filterAnswer(result.text);
      const notes = [...result.notes, ...changes.map((change) => `taken out: ${change}`)];
      const parts = timing.split ? splitAnswer(answer, timing) : answer === '' ? [] : [answer];
      for (const part of planAnswer(parts, timing, Math.random)) await say(part);
      remember('customer', text);
      remember('assistant', answer);
      const words = [`${result.model} answered in ${seconds(took)}`, book(result.model, result.usage), ...notes];
      print(`${bigGap}(${plainText(words.join('; '))})`);
      return true;
    },
  };
};

/** Joins lines as quiet time does: a turn begins when nothing was typed for `quietMs`, at the latest after `maxWaitMs`. */
const joinedTurns = async (
  options: TrySessionOptions,
  session: StoredSession,
  onTurn: (text: string) => Promise<unknown>,
): Promise<void> => {
  const { quietMs, maxWaitMs, maxMessages } = session.config.timing;
  const isTerminal = options.stdout.isTTY === true;
  const reader = createInterface({ input: options.stdin });
  const prompt = (): void => void (isTerminal && options.stdout.write('you> '));
  const pending: string[] = [];
  let ended = false;
  let lastAt = 0;
  let firstAt = 0;
  let wake = Promise.withResolvers<void>();
  reader.on('line', (line) => {
    const text = line.trim();
    if (text === '/quit') reader.close();
    else if (text !== '') {
      lastAt = performance.now();
      if (pending.length === 0) firstAt = lastAt;
      pending.push(text);
    }
    wake.resolve();
  });
  reader.on('close', () => {
    ended = true;
    wake.resolve();
  });
  const onAbort = (): void => reader.close();
  options.signal?.addEventListener('abort', onAbort);
  try {
    prompt();
    for (;;) {
      if (pending.length === 0) {
        if (ended) return;
        await wake.promise;
        wake = Promise.withResolvers<void>();
        continue;
      }
      const due = options.fast === true || ended ? 0 : Math.min(lastAt + quietMs, firstAt + maxWaitMs);
      const left = due - performance.now();
      if (left > 0 && pending.length < maxMessages) {
        await Promise.race([wake.promise, delay(left)]);
        wake = Promise.withResolvers<void>();
        continue;
      }
      await onTurn(pending.splice(0, options.fast === true ? 1 : maxMessages).join('\n'));
      if (!ended) prompt();
    }
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
    reader.close();
  }
};

/**
 * Talks with exactly this session's AI, instructions, splitting and rhythm, without WhatsApp and without its history
 * (`zap-fleet try NAME [TEXT]`). What the AI costs is shown, and booked to the session's day. Returns the exit code; throws
 * `no-such-session`, `failed`.
 */
export const trySession = async (options: TrySessionOptions): Promise<number> => {
  const name = parseSessionName(options.name);
  const store = openStore(options.paths.database);
  try {
    return await talkWith(options, store, name);
  } catch (error) {
    // Ctrl+c in the middle of an answer.
    if (options.signal?.aborted === true) return 0;
    throw error;
  } finally {
    store.close();
  }
};

const talkWith = async (options: TrySessionOptions, store: Store, name: SessionName): Promise<number> => {
  const session = store.sessions.get(name);
  if (session === null) throw new FleetError('no-such-session', `there is no session ${name}. See: zap-fleet ls`);
  const version = session.instructionsVersion;
  const instructions = version === null ? '' : (store.sessions.instructions(session.id, version)?.text ?? '');
  const { ai, timing } = session.config;
  const provider = aiProviderFor(ai, {
    paths: options.paths,
    sessionId: session.id,
    secrets: workerSecrets(options.paths, options.secrets),
    settings: options.settings,
  });
  const talk = startTalk(options, session, instructions, provider, store);
  const words = version === null ? 'no instructions' : `instructions version ${version}`;
  options.stdout.write(
    `${name}: ${ai.provider} ${ai.model ?? fleetModels(options.settings)[ai.provider]}, ${words}, quiet time ${seconds(timing.quietMs)}\n`,
  );
  if (options.text !== undefined) return (await talk.turn(options.text)) ? 0 : 1;
  options.stdout.write('Write like a customer; /quit or ctrl+d ends.\n');
  await joinedTurns(options, session, talk.turn);
  return 0;
};

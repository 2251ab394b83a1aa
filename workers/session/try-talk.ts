import { setTimeout as delay } from 'node:timers/promises';
import type { HomePaths } from '../../src/home/home-paths.ts';
import { fleetModels } from '../../src/session/default-models.ts';
import { plainLines, plainText } from '../../src/session/plain-text.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import type { Settings } from '../../src/settings/settings.ts';
import type { StoredSession } from '../../src/store/session-store.ts';
import type { Store } from '../../src/store/store.ts';
import { microPerUsd } from '../../src/store/usage-store.ts';
import type { AiProvider, AiResult, AiUsage } from '../ai/ai-provider.ts';
import { budgetDay } from '../conversation/limits/budget.ts';
import { isOpen } from '../conversation/limits/opening-hours.ts';
import { type PacedPart, planAnswer } from '../conversation/limits/pacing.ts';
import { costOf, type PriceTable, priceTable } from '../conversation/limits/price-table.ts';
import { splitAnswer } from '../conversation/outbox/split-answer.ts';
import { aiContext } from '../conversation/turn/ai-context.ts';
import { filterAnswer } from '../conversation/turn/filter-answer.ts';
import { fitHistory, type StoredItem } from '../conversation/turn/history.ts';
import { fillInstructions } from '../conversation/turn/instructions.ts';
import { personAsked, personTool } from '../conversation/turn/person-tool.ts';
import type { TextOutput } from './foreground-printer.ts';
import { engineLanguage, readPrices } from './open-conversation.ts';

/** A conversation with a session's AI at the terminal, without a phone. */
export interface Talk {
  /** One turn, printed; false when the AI gave no answer. */
  turn(text: string): Promise<boolean>;
}

export interface TalkOptions {
  readonly paths: HomePaths;
  readonly settings: Settings;
  readonly session: StoredSession;
  readonly instructions: string;
  readonly provider: AiProvider;
  readonly store: Store;
  readonly stdout: TextOutput;
  /** Shows the rhythm, but does not wait. */
  readonly fast: boolean;
  readonly signal: AbortSignal;
}

/** What the turns of a talk share. */
interface TalkCore extends TalkOptions {
  readonly model: string;
  readonly prices: PriceTable;
  readonly print: (text: string) => void;
  /** A remark between what is said. */
  readonly printNote: (text: string) => void;
  readonly memory: {
    items: StoredItem[];
    summary: string | null;
    lastId: number;
    spentUsd: number;
    isApiTold: boolean;
  };
}

const seconds = (ms: Milliseconds): string => `${(ms / 1000).toFixed(1)} s`;
const noteGap = '    ';

/** It is the session's money: its day and its budget know of it. Returns what the call cost, in words. */
const bookCall = (core: TalkCore, model: string, usage: AiUsage): string => {
  const { session, memory } = core;
  const { ai, timing } = session.config;
  const cost = costOf(core.prices, model, usage, new Date().toISOString().slice(0, 10));
  memory.spentUsd += cost.usd;

  const now = Date.now();
  core.store.usage.add(
    {
      sessionId: session.id,
      day: budgetDay(timing.timeZone, now),
      provider: ai.provider,
      model,
      inputTokens: usage.inputTokens,
      outputTokens: usage.outputTokens,
      costMicroUsd: Math.round(cost.usd * microPerUsd),
    },
    now,
  );
  return `${usage.inputTokens} tokens in, ${usage.outputTokens} out, US$ ${cost.usd.toFixed(5)} (so far US$ ${memory.spentUsd.toFixed(5)})`;
};

const waitUnlessFast = async (core: TalkCore, ms: Milliseconds): Promise<void> => {
  if (!core.fast && ms > 0) await delay(ms, undefined, { signal: core.signal });
};

const printPart = async (core: TalkCore, part: PacedPart): Promise<void> => {
  await waitUnlessFast(core, part.waitMs);
  const typing = part.typingMs > 0 ? `, typing… ${seconds(part.typingMs)}` : '';
  core.printNote(`${seconds(part.waitMs)}${typing}`);

  await waitUnlessFast(core, part.typingMs);
  const [first = '', ...more] = plainLines(part.text);
  core.print(`bot> ${[first, ...more.map((line) => `     ${line}`)].join('\n')}`);
};

const rememberItem = ({ memory }: TalkCore, role: StoredItem['role'], text: string): void => {
  memory.lastId += 1;
  memory.items.push({ id: String(memory.lastId), role, text });
};

/** What does not fit into `historyTokens` any more is summed up. */
const shortenMemory = async (core: TalkCore): Promise<void> => {
  const { memory, model } = core;
  const { ai } = core.session.config;
  const fitted = fitHistory(memory.items, { maxTokens: ai.historyTokens, summary: memory.summary });

  if (fitted.fallen.length > 0) {
    const result = await core.provider.summarize(
      { previous: memory.summary, items: fitted.fallen, model, timeoutMs: ai.timeoutMs },
      core.signal,
    );
    if (result.kind === 'answer') {
      memory.summary = result.text;
      core.printNote(`older messages were summed up: ${bookCall(core, result.model, result.usage)}`);
    } else core.printNote(`older messages were not summed up: ${plainText(result.reason)}`);
  }
  memory.items = [...fitted.kept];
};

/** By which API the service was reached, once it is known. */
const tellApi = ({ provider, session, memory, printNote }: TalkCore): void => {
  const spoken = provider.spoken?.() ?? null;
  if (spoken === null || memory.isApiTold) return;
  memory.isApiTold = true;
  const { api } = session.config.ai;
  printNote(`the AI service speaks ${spoken}, ${api === 'auto' ? 'found by itself' : `as ai_config.api says`}`);
};

const askAi = (core: TalkCore, text: string): Promise<AiResult> => {
  const { session, memory } = core;
  const { ai, timing } = session.config;
  const filled = fillInstructions(core.instructions, {
    now: Date.now(),
    hours: timing,
    language: engineLanguage(core.settings),
    customerName: null,
    sessionLabel: session.label === '' ? session.name : session.label,
  });
  for (const unknown of filled.unknown)
    core.printNote(`the instructions name {{${plainText(unknown)}}}, which is nothing`);

  return core.provider.answer(
    {
      instructions: filled.text,
      context: aiContext(timing, Date.now()),
      summary: memory.summary,
      history: memory.items,
      text,
      model: core.model,
      temperature: ai.temperature,
      maxTokens: ai.maxTokens,
      timeoutMs: ai.timeoutMs,
      ...(ai.handover ? { tools: [personTool] } : {}),
    },
    core.signal,
  );
};

/** The AI asks for a person: what a customer would meet, and what the owner would be told. */
const printHandOver = (core: TalkCore, result: AiResult & { readonly kind: 'tool' }): void => {
  const asked = personAsked(result);
  core.printNote(
    asked === null
      ? `the AI calls ${plainText(result.name)}, which it was not offered`
      : `the AI asks for a person: ${plainText(asked.reason)}. The chat would pause, the customer be told, and the owner get the summary:`,
  );
  for (const line of plainLines(asked?.summary ?? '')) if (line !== '') core.print(`     ${line}`);
  core.printNote(bookCall(core, result.model, result.usage));
};

const runTalkTurn = async (core: TalkCore, text: string): Promise<boolean> => {
  const { timing } = core.session.config;
  if (!isOpen(timing, Date.now()))
    core.printNote('closed now: a customer would be answered at opening time, or get the away message');
  await shortenMemory(core);

  const from = performance.now();
  const result = await askAi(core, text);
  const took = performance.now() - from;
  tellApi(core);
  if (result.kind === 'tool') {
    printHandOver(core, result);
    return true;
  }

  if (result.kind !== 'answer') {
    const cost = result.usage ? `; ${bookCall(core, core.model, result.usage)}` : '';
    core.printNote(`no answer: ${plainText(result.reason)}${cost}`);
    return false;
  }

  const { text: answer, changes } = filterAnswer(result.text);
  const parts = timing.split ? splitAnswer(answer, timing) : answer === '' ? [] : [answer];
  for (const part of planAnswer(parts, timing, Math.random)) await printPart(core, part);
  rememberItem(core, 'customer', text);
  rememberItem(core, 'assistant', answer);

  const notes = [...result.notes, ...changes.map((change) => `taken out: ${change}`)];
  const words = [`${result.model} answered in ${seconds(took)}`, bookCall(core, result.model, result.usage), ...notes];
  core.printNote(plainText(words.join('; ')));
  return true;
};

export const startTalk = (options: TalkOptions): Talk => {
  const { ai } = options.session.config;
  const print = (text: string): void => void options.stdout.write(`${text}\n`);
  const core: TalkCore = {
    ...options,
    model: ai.model ?? fleetModels(options.settings)[ai.provider],
    prices: priceTable(readPrices(options.paths, { warn: (text) => print(`(${text})`) })),
    print,
    printNote: (text) => print(`${noteGap}(${text})`),
    memory: { items: [], summary: null, lastId: 0, spentUsd: 0, isApiTold: false },
  };

  return { turn: (text) => runTalkTurn(core, text) };
};

import { setTimeout as delay } from 'node:timers/promises';
import type { HomePaths } from '../../src/home/home-paths.ts';
import { fleetModels } from '../../src/session/default-models.ts';
import type { Meant } from '../../src/session/knowledge.ts';
import { plainText } from '../../src/session/plain-text.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import type { Settings } from '../../src/settings/settings.ts';
import type { StoredSession } from '../../src/store/session-store.ts';
import type { Store } from '../../src/store/store.ts';
import { microPerUsd } from '../../src/store/usage-store.ts';
import { answerNote, isOfAnswer } from '../../src/words/answer-notes.ts';
import type { AiProvider, AiRequest, AiResult, AiUsage } from '../ai/ai-provider.ts';
import { budgetDay } from '../conversation/limits/budget.ts';
import { claimsIn } from '../conversation/limits/claimed-actions.ts';
import { isOpen } from '../conversation/limits/opening-hours.ts';
import { type PacedPart, planAnswer } from '../conversation/limits/pacing.ts';
import { costOf, embeddingCostOf, type PriceTable, priceTable } from '../conversation/limits/price-table.ts';
import { splitAnswer } from '../conversation/outbox/split-answer.ts';
import { aiContext } from '../conversation/turn/ai-context.ts';
import { filterAnswer } from '../conversation/turn/filter-answer.ts';
import { fitHistory, type StoredItem } from '../conversation/turn/history.ts';
import { fillInstructions } from '../conversation/turn/instructions.ts';
import { personAsked, personTool } from '../conversation/turn/person-tool.ts';
import type { PractisedAnswer } from '../conversation/turn/practised-tools.ts';
import { engineLanguage, readPrices } from './session-ai.ts';
import type { TryCalls } from './try-tools.ts';

/** A conversation with a session's AI, without a phone. */
export interface Talk {
  /** One turn, shown; false when the AI gave no answer. */
  turn(text: string): Promise<boolean>;
  /** What the next turn is asked with besides its own text. */
  knows(): { readonly lines: number; readonly isSummed: boolean };
  readonly model: string;
}

/** What a call of the service cost. */
export interface TalkCost extends AiUsage {
  readonly usd: number;
  /** With all calls of this talk before it. */
  readonly sumUsd: number;
}

/** Where a talk shows what happens. */
export interface TalkShow {
  /** A remark beside what is said. */
  note(text: string): void;
  /** Whether a customer would be answered now. */
  open(isOpen: boolean): void;
  asking(): void;
  /** An answer came, or a call for a person. */
  asked(took: Milliseconds, cost: TalkCost): void;
  /** No answer came; `cost` null: nothing was billed. */
  failed(reason: string, took: Milliseconds, cost: TalkCost | null): void;
  /** What was taken out of the answer, in words. */
  filtered(removed: readonly string[]): void;
  split(parts: readonly PacedPart[]): void;
  /** A part is about to be typed: its pause is over. */
  typing(part: PacedPart): void;
  /** Its time has come. */
  said(part: PacedPart): void;
  /** The last part was said. */
  ended(facts: {
    readonly model: string;
    readonly took: Milliseconds;
    readonly cost: TalkCost;
    readonly notes: readonly string[];
  }): void;
  /** The AI asks for a person: what the owner would be told. */
  handedOver(asked: { readonly reason: string; readonly summary: string }, cost: TalkCost): void;
}

export interface TalkOptions {
  readonly paths: HomePaths;
  readonly settings: Settings;
  readonly session: StoredSession;
  readonly instructions: string;
  readonly provider: AiProvider;
  readonly store: Store;
  readonly show: TalkShow;
  /** Shows the rhythm, but does not wait. */
  readonly fast: boolean;
  /** What becomes of calls of the session's tools; left out: none is made. */
  readonly calls?: TryCalls;
  readonly signal: AbortSignal;
}

/** What the turns of a talk share. */
interface TalkCore extends TalkOptions {
  readonly model: string;
  readonly prices: PriceTable;
  readonly memory: {
    items: StoredItem[];
    summary: string | null;
    lastId: number;
    spentUsd: number;
    isApiTold: boolean;
  };
}

/** It is the session's money: its day and its budget know of it. */
const bookCall = (core: TalkCore, model: string, usage: AiUsage, costs: typeof costOf = costOf): TalkCost => {
  const { session, memory } = core;
  const { ai, timing } = session.config;
  const cost = costs(core.prices, model, usage, new Date().toISOString().slice(0, 10));
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
  return { ...usage, usd: cost.usd, sumUsd: memory.spentUsd };
};

export const costWords = ({ inputTokens, outputTokens, usd, sumUsd }: TalkCost): string =>
  `${inputTokens} tokens in, ${outputTokens} out, US$ ${usd.toFixed(5)} (so far US$ ${sumUsd.toFixed(5)})`;

const waitUnlessFast = async (core: TalkCore, ms: Milliseconds): Promise<void> => {
  if (!core.fast && ms > 0) await delay(ms, undefined, { signal: core.signal });
};

const sayPart = async (core: TalkCore, part: PacedPart): Promise<void> => {
  await waitUnlessFast(core, part.waitMs);
  core.show.typing(part);

  await waitUnlessFast(core, part.typingMs);
  core.show.said(part);
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
      core.show.note(`older messages were summed up: ${costWords(bookCall(core, result.model, result.usage))}`);
    } else core.show.note(`older messages were not summed up: ${plainText(result.reason)}`);
  }
  memory.items = [...fitted.kept];
};

/** By which API the service was reached, once it is known. */
const tellApi = ({ provider, session, memory, show }: TalkCore): void => {
  const spoken = provider.spoken?.() ?? null;
  if (spoken === null || memory.isApiTold) return;
  memory.isApiTold = true;
  const { api } = session.config.ai;
  show.note(`the AI service speaks ${spoken}, ${api === 'auto' ? 'found by itself' : `as ai_config.api says`}`);
};

/** What means the same as the question, where the session compares meaning. */
const meantFor = async (core: TalkCore, text: string, before: string): Promise<Meant> => {
  const { session, store, provider, show, signal } = core;
  if (session.config.ai.embeddings === 'off') return { passages: null, problem: null };
  const { tryMeaning } = await import('./try-meaning.ts');
  const { meant, usage } = await tryMeaning({ session, store, provider, signal }, text, before);
  if (usage !== null) bookCall(core, usage.model, usage, embeddingCostOf);
  if (meant.problem !== null) show.note(`looked for by words alone: ${meant.problem}`);
  return meant;
};

/** Of files that the session knows, shown as they are given. */
const materialFor = async (core: TalkCore, text: string): Promise<string | null> => {
  const { session, store, memory, show } = core;
  if ((store.sessions.byId(session.id)?.knowledge ?? 0) === 0) return null;
  const [{ createPassageFinder }, { saidBefore }, { materialOf }, { foundWords, placeWords }] = await Promise.all([
    import('../../src/store/knowledge/find-passages.ts'),
    import('../conversation/turn/knowledge.ts'),
    import('../conversation/turn/material.ts'),
    import('../../src/session/passage-words.ts'),
  ]);
  const before = saidBefore(memory.items);
  const { passages: meant } = await meantFor(core, text, before);
  const { passages, isGap } = createPassageFinder(store.database).find(session.id, {
    text,
    before,
    ...(meant === null ? {} : { meant }),
  });
  for (const { file, version, place, n, by } of passages)
    show.note(
      `given from ${plainText(file)}, version ${version}, passage ${n}: ${plainText(placeWords(place))}${foundWords(by)}`,
    );
  if (isGap) show.note('nothing in its files fits what was asked');
  return materialOf(passages);
};

const askAi = async (core: TalkCore, text: string): Promise<PractisedAnswer> => {
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
    core.show.note(`the instructions name {{${plainText(unknown)}}}, which is nothing`);

  const request: AiRequest = {
    instructions: filled.text,
    context: aiContext(timing, Date.now()),
    summary: memory.summary,
    history: memory.items,
    material: await materialFor(core, text),
    text,
    model: core.model,
    temperature: ai.temperature,
    maxTokens: ai.maxTokens,
    timeoutMs: ai.timeoutMs,
    ...(ai.handover ? { tools: [personTool] } : {}),
  };
  const tools = core.store.tools.list(session.id);
  if (tools.length === 0)
    return { result: await core.provider.answer(request, core.signal), isDone: false, unknown: null };

  const { askWithTools } = await import('./try-tools.ts');
  return askWithTools(core, request, tools, (result) => bookCall(core, result.model, result.usage));
};

/** What the pipeline would not send: it says that something was done, and nothing was. */
const claimIn = ({ session, instructions, store }: TalkCore, text: string, isDone: boolean): string | null => {
  const { ai } = session.config;
  const isChecked = ai.claims === 'check' || store.tools.list(session.id).length > 0;
  return isDone || !isChecked || ai.provider === 'echo' ? null : (claimsIn(text, instructions)[0] ?? null);
};

/** The AI asks for a person: what a customer would meet, and what the owner would be told. */
const showHandOver = (core: TalkCore, result: AiResult & { readonly kind: 'tool' }, cost: TalkCost): void => {
  const asked = personAsked(result);
  if (asked === null) {
    core.show.note(`the AI calls ${plainText(result.name)}, which it was not offered`);
    core.show.note(costWords(cost));
  } else core.show.handedOver({ reason: plainText(asked.reason), summary: asked.summary ?? '' }, cost);
};

const sayAnswer = async (
  core: TalkCore,
  asked: string,
  result: AiResult & { readonly kind: 'answer' },
  facts: { readonly took: Milliseconds; readonly cost: TalkCost },
): Promise<void> => {
  const { show, session } = core;
  const { timing } = session.config;
  const { text: answer, changes } = filterAnswer(result.text);
  show.filtered(changes.map(plainText));

  const parts = timing.split ? splitAnswer(answer, timing) : answer === '' ? [] : [answer];
  const plan = planAnswer(parts, timing, Math.random);
  show.split(plan);
  for (const part of plan) await sayPart(core, part);
  rememberItem(core, 'customer', asked);
  rememberItem(core, 'assistant', answer);

  const notes = [
    ...result.notes.filter(isOfAnswer).map(answerNote),
    ...changes.map((change) => `taken out: ${change}`),
  ];
  show.ended({ model: result.model, ...facts, notes: notes.map(plainText) });
};

const runTalkTurn = async (core: TalkCore, text: string): Promise<boolean> => {
  const { show, session } = core;
  show.open(isOpen(session.config.timing, Date.now()));
  await shortenMemory(core);

  show.asking();
  const from = performance.now();
  const { result, isDone, unknown } = await askAi(core, text);
  const took = performance.now() - from;
  tellApi(core);
  if (unknown !== null && result.kind === 'tool') {
    const cost = bookCall(core, result.model, result.usage);
    show.asked(took, cost);
    show.note(`nobody knows whether ${unknown} was carried out: a customer's chat would be given to a person`);
    show.note(costWords(cost));
    return true;
  }
  if (result.kind === 'tool') {
    const cost = bookCall(core, result.model, result.usage);
    show.asked(took, cost);
    showHandOver(core, result, cost);
    return true;
  }
  if (result.kind !== 'answer') {
    const cost = result.usage ? bookCall(core, core.model, result.usage) : null;
    show.failed(plainText(result.reason), took, cost);
    return false;
  }

  const cost = bookCall(core, result.model, result.usage);
  show.asked(took, cost);
  const claim = claimIn(core, result.text, isDone);
  if (claim !== null)
    show.note(
      `this answer says "${plainText(claim)}", and no tool did it: no customer gets it. It would be asked once more, then a person`,
    );
  await sayAnswer(core, text, result, { took, cost });
  return true;
};

export const startTalk = (options: TalkOptions): Talk => {
  const { ai } = options.session.config;
  const core: TalkCore = {
    ...options,
    model: ai.model ?? fleetModels(options.settings)[ai.provider],
    prices: priceTable(readPrices(options.paths, { warn: (text) => options.show.note(text) })),
    memory: { items: [], summary: null, lastId: 0, spentUsd: 0, isApiTold: false },
  };

  return {
    turn: (text) => runTalkTurn(core, text),
    knows: () => ({ lines: core.memory.items.length, isSummed: core.memory.summary !== null }),
    model: core.model,
  };
};

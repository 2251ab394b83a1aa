import { clip } from '../../../src/session/send-file.ts';
import { isProbeChat } from '../../../src/store/conversations/probe-chats.ts';
import type { AiRequest, AskedTurn } from '../../ai/ai-provider.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { aiContext, toolWords } from './ai-context.ts';
import type { StoredItem } from './history.ts';
import { sha256 } from './history-items.ts';
import { withTimes } from './history-times.ts';
import { fillInstructions } from './instructions.ts';
import { joinedWords } from './joined-words.ts';
import { materialOf } from './material.ts';
import { personTool } from './person-tool.ts';
import { sessionOf, templateOf } from './turn-canary.ts';
import type { Turn } from './turn-state.ts';

/** What the AI service is asked for one turn. */

/** Items of history that a shorter request keeps: the last question and its answer. */
const itemsWhenShort = 4;
/** Characters of a shorter request's text. */
const textWhenShort = 4000;

const lastItems = (items: readonly StoredItem[]): readonly StoredItem[] => {
  const last = items.slice(-itemsWhenShort);
  const first = last.findIndex(({ role }) => role === 'customer');
  return first < 0 ? [] : last.slice(first);
};

/** The instructions as they are now, filled in. */
const instructionsOf = (core: EngineCore, turn: Turn): string => {
  const session = core.current();

  return fillInstructions(templateOf(core, turn), {
    now: core.clock.now(),
    hours: session.config.timing,
    language: core.settings.language,
    customerName: turn.conversation.name,
    sessionLabel: session.label === '' ? session.name : session.label,
  }).text;
};

/** With every request of a session that has files. */
const fileWords = `Lines of yours that begin with ${clip} say that a file went out; writing such a line sends nothing.`;

/** What may be called, and what was called already. */
const toolsOf = (
  { tools, files, course }: Turn,
  handover: boolean,
): Pick<AiRequest, 'tools' | 'rounds' | 'mayCall'> => {
  const offered = [
    ...(handover ? [personTool] : []),
    ...tools.map(({ name, description, parameters }) => ({ name, description, parameters })),
    ...(files === null ? [] : [files.tool]),
  ];
  return {
    ...(offered.length === 0 ? {} : { tools: offered }),
    ...(course.rounds.length === 0 ? {} : { rounds: course.rounds }),
    ...(course.isClosed ? { mayCall: false } : {}),
  };
};

/** Why the last answer was not sent; its own words are quoted as data. */
const claimWords = (claim: string): string =>
  `Your last answer to these messages was not sent. It said ${JSON.stringify(claim)}, but nothing of the kind was done: no tool of yours did it. ` +
  'Answer again and say only what is true. Do not say that something was booked, reserved, noted, cancelled or sent. ' +
  'If it has to be done by a person, say that a person of the business has to confirm it, or hand the conversation over.';

/** By its messages and their words, so that a question has the same name after a crash; another one when words were changed, or because of what the first answer said. */
const keyOf = (core: EngineCore, { messages, course, text }: Turn, short: boolean): string => {
  const digest = sha256(JSON.stringify([core.session.id, text, ...messages.map(({ waId }) => waId)])).slice(0, 32);
  return `${digest}${course.claim === null ? '' : '-again'}${short ? '-short' : ''}`;
};

const aboutTurn = (core: EngineCore, turn: Turn, short: boolean): AskedTurn => {
  const { conversation } = turn;
  const { chatId, phone, name } = conversation;
  return {
    key: keyOf(core, turn, short),
    turnId: turn.id,
    session: core.session.name,
    customer: { chatId, phone, name },
    isTest: isProbeChat(conversation),
  };
};

/** `short`: without the summary, most of the history, what media said and passages of files, after the service refused this very request. */
export const turnRequest = (core: EngineCore, turn: Turn, short: boolean): AiRequest => {
  const now = core.clock.now();
  const { ai, timing } = sessionOf(core, turn).config;
  const { timeZone } = timing;
  const { recalled, messages, unread } = turn;
  const turnAt = messages[0]?.at ?? now;
  const timed = withTimes(short ? lastItems(recalled.kept) : recalled.kept, { timeZone, turnAt, now });

  return {
    instructions: instructionsOf(core, turn),
    context: [
      aiContext(timing, now),
      ...(turn.tools.length === 0 ? [] : [toolWords]),
      ...(turn.files === null ? [] : [fileWords]),
      ...(turn.course.claim === null ? [] : [claimWords(turn.course.claim)]),
    ].join('\n'),
    summary: short ? null : recalled.summary,
    history: timed.items,
    ...(short || turn.knowledge === null ? {} : { material: materialOf(turn.knowledge.passages) }),
    note: timed.note,
    text: short ? joinedWords(messages, { timeZone, unread, longest: textWhenShort, withMedia: false }) : turn.text,
    model: turn.model,
    temperature: ai.temperature,
    maxTokens: ai.maxTokens,
    timeoutMs: ai.timeoutMs,
    ...toolsOf(turn, ai.handover),
    ...(ai.provider === 'webhook' ? { about: aboutTurn(core, turn, short) } : {}),
  };
};

import type { Fleet } from '../../protocol/door.ts';
import type { FleetApi, FleetResults } from '../../protocol/fleet-api.ts';
import type { BelongingsStanding } from '../../session/belongings.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { plainLines, plainText } from '../../session/plain-text.ts';
import type { ChatRow, EventLevel, FleetEvent } from '../../session/records.ts';
import { isLeftVerdict, proofOf, type Verdict } from '../../session/verdict.ts';
import { belongingWords } from '../../words/belonging-words.ts';
import { probeWords } from '../../words/probe-words.ts';
import type { ShellTone } from '../paint-text.ts';
import {
  type CommandContext,
  type CommandSpec,
  flag,
  jsonOption,
  sessionNamed,
  type Told,
  textArgument,
  textOption,
} from './command.ts';
import { clockTime, printedReason, printTable, whoOf } from './printing.ts';
import { troublesBefore } from './troubles-before.ts';

/** `events` and `why`: what the fleet decided, and how an answer came about. */

const limitOf = (text: string | undefined, most: number, usual: number): number => {
  if (text === undefined) return usual;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > most)
    throw new FleetError('usage', `--lines is a number from 1 to ${most}. Example: --lines 20`);
  return value;
};

const eventHeads = {
  en: ['WHEN', 'LEVEL', 'SESSION', 'WHAT'],
  'pt-BR': ['QUANDO', 'NÍVEL', 'SESSÃO', 'O QUÊ'],
} as const;

const levelTones: Readonly<Record<EventLevel, ShellTone>> = { info: 'muted', warn: 'warn+', error: 'bad+' };

/** Oldest first, one line each. */
export const eventTable = (
  shown: readonly FleetEvent[],
  { language, told, paint }: Pick<CommandContext, 'language' | 'told' | 'paint'>,
): string =>
  printTable(
    eventHeads[language],
    shown.map((event) => [
      clockTime(event.at),
      event.level,
      event.sessionName ?? '-',
      `${event.kind}: ${told.event(event)}`,
    ]),
    [],
    (text, row, column) => {
      const event = shown[row];
      if (event === undefined || column === 0) return paint(text, 'muted');
      if (column === 1) return paint(text, levelTones[event.level]);
      if (column === 2) return paint(text, 'bold');
      const kindEnd = text.indexOf(': ') + 2;
      return `${paint(text.slice(0, kindEnd), 'muted')}${paint(text.slice(kindEnd), 'plain')}`;
    },
  );

export const events: CommandSpec = {
  usage: 'events [name]',
  summary: 'the event log, newest last',
  example: 'zap-fleet events padaria-joao --lines 50',
  options: [{ flags: '--lines <n>', help: 'how many (default 50)' }, jsonOption],
  run: async (context, [given], options) => {
    const limit = limitOf(textOption(options, 'lines'), 1000, 50);
    const fleet = await context.look();
    const result = await fleet.request('events', {
      limit,
      ...(given === undefined ? {} : { name: sessionNamed(textArgument(given)) }),
    });
    if (flag(options, 'json')) context.print(JSON.stringify(result.events, null, 2));
    else if (result.events.length === 0) context.print('Nothing was recorded yet.');
    else context.printAsIs(eventTable(result.events.toReversed(), context));
    return 0;
  },
};

/** Who of a session got no answer, who wants a person, and what can be done. */
const customerLines = (name: string, { silent, asking }: FleetResults['silences'], told: Told): readonly string[] => [
  ...silent.map(
    (chat) =>
      `left in silence since ${clockTime(chat.since)}: ${whoOf(chat)} (${chat.chatId}): ${told.reason(chat.code, chat.reason)}`,
  ),
  ...(silent.length === 0 ? [] : [`  answer on the phone, or: zap-fleet dismiss ${name} CHAT`]),
  ...asking.flatMap((chat) => [
    `asks for a person since ${clockTime(chat.since)}: ${whoOf(chat)} (${chat.chatId})`,
    ...plainLines(chat.summary ?? '').map((line) => `    ${line}`),
  ]),
  ...(asking.length === 0 ? [] : [`  answer on the phone, then: zap-fleet resume ${name} CHAT`]),
];

/** Verdicts with which all is well, or as a person wants it: there is nothing to explain. */
const plainVerdicts: ReadonlySet<Verdict> = new Set(['connected', 'watching', 'on_hold']);
const shownTroubles = 5;

/** Why a session is as it is; of one that was given up also what went before, and what helps. */
const standingLines = async (context: CommandContext, fleet: Fleet, name: string): Promise<readonly string[]> => {
  const row = fleet.getSnapshot().sessions.find((one) => one.name === name);
  if (row === undefined || plainVerdicts.has(row.verdict)) return [];

  const reason = printedReason(row);
  const said = reason === null ? '' : context.told.reason(row.reasonCode, reason);
  const since = context.language === 'en' ? 'since' : 'desde';
  const head = `${name}: ${context.verdictWord(row.verdict)} ${since} ${clockTime(row.since)}${said === '' ? '' : `: ${said}`}`;
  if (row.verdict !== 'gave_up') return [plainText(head)];

  const { events } = await fleet.request('events', { name, limit: 100 });
  const before = troublesBefore(events, {
    reason: said,
    told: context.told.event,
    language: context.language,
    most: shownTroubles,
  });
  return [
    head,
    ...before.map((line) => `  ${line}`),
    `  what its worker wrote: zap-fleet logs ${name}`,
    `  it is tried again only when you say so: zap-fleet start ${name}`,
  ].map(plainText);
};

/** The same of what its bot has in its hands. */
const handLines = (standing: BelongingsStanding | null): readonly string[] => {
  if (standing === null) return [];
  const { made, fetched, problem, missing } = standing;
  return [
    ...(made === null ? [] : [`its tools and files are in Supabase Storage as of ${clockTime(made.at)}`]),
    ...(fetched === null ? [] : [`tools or files of it came from ${fetched.from} on ${clockTime(fetched.at)}`]),
    ...(problem === null ? [] : [`its tools and files, on ${clockTime(problem.at)}: ${problem.text}`]),
    ...missing.map(({ what, text }) => `${belongingWords(what, 'en')} of another server could not be brought: ${text}`),
  ].map(plainText);
};

/** Where its login is kept besides here, and what is wrong with that. */
const loginLines = async (fleet: Fleet, name: string): Promise<readonly string[]> => {
  if (!fleet.getSnapshot().sessions.some((row) => row.name === name)) return [];
  // An older master says nothing of it.
  const details = await fleet.request('session', { name });
  const hands = handLines(details.belongings ?? null);
  const standing = details.loginBundle ?? null;
  if (standing === null) return hands;
  const { made, fetched, problem } = standing;
  return [
    ...(made === null ? [] : [`its login is in Supabase Storage as of ${clockTime(made.at)}`]),
    ...(fetched === null ? [] : [`its login came from ${fetched.from} on ${clockTime(fetched.at)}`]),
    ...(problem === null ? [] : [`its login, on ${clockTime(problem.at)}: ${problem.text}`]),
    ...hands,
  ].map(plainText);
};

/** What its mystery customer found, where one asks it. */
const probeLine = (fleet: Fleet, name: string, { language, told }: CommandContext): string | null => {
  const standing = fleet.getSnapshot().sessions.find((row) => row.name === name)?.probe ?? null;
  if (standing === null) return null;
  const { proof, outcome } = probeWords[language];
  const proved = proofOf({ probe: standing });
  if (proved !== null) return plainText(proof(Date.now() - proved.provedAt, proved.answerMs));
  if (standing.lastOutcome !== 'failed') return null;
  return plainText(`${outcome.failed}: ${told.reason(standing.code, standing.reason)}`);
};

/** Answers of a session that only its group knows, because its server is gone, are not here. */
const answersOf = async (
  fleet: Fleet,
  params: FleetApi['why']['params'],
): Promise<FleetResults['why']['turns'] | null> => {
  try {
    return (await fleet.request('why', params)).turns;
  } catch (error) {
    const isLeft = isLeftVerdict(fleet.getSnapshot().sessions.find(({ name }) => name === params.name)?.verdict);
    if (isLeft && error instanceof FleetError && error.code === 'no-such-session') return null;
    throw error;
  }
};

/** How one chat stands: who keeps the bot out of it and why. */
const chatLines = (chat: ChatRow | undefined): readonly string[] =>
  chat === undefined || chat.pausedUntil === null
    ? []
    : [
        plainText(
          `${chat.chatId} is paused by ${chat.pausedBy ?? '?'}${chat.pausedReason === null ? '' : `: ${chat.pausedReason}`}`,
        ),
      ];

export const why: CommandSpec = {
  usage: 'why <name> [chat]',
  summary: 'who got no answer and why, and how the last answers came about, in words',
  example: 'zap-fleet why padaria-joao 5511912345678@c.us',
  options: [{ flags: '--lines <n>', help: 'how many answers (default 1)' }, jsonOption],
  run: async (context, [given, chat], options) => {
    const name = sessionNamed(textArgument(given));
    const limit = limitOf(textOption(options, 'lines'), 50, 1);
    const fleet = await context.look();
    const turns = await answersOf(fleet, { name, limit, ...(typeof chat === 'string' ? { chat } : {}) });
    if (flag(options, 'json')) {
      context.print(JSON.stringify(turns ?? [], null, 2));
      return 0;
    }

    for (const [index, line] of (await standingLines(context, fleet, name)).entries())
      context.print(line, index === 0 ? 'bold' : 'muted');
    if (turns === null) {
      context.print(
        'It never ran on this server: what was said in it comes from Supabase when it is taken over.',
        'muted',
      );
      return 0;
    }
    for (const line of await loginLines(fleet, name)) context.print(line, 'muted');
    const proof = probeLine(fleet, name, context);
    if (proof !== null) context.printAsIs(context.paint(`probe: ${proof}`, 'muted'));
    const left = await fleet.request('silences', { name });
    const isMeant = ({ chatId, phone }: { chatId: string; phone: string | null }): boolean =>
      typeof chat !== 'string' || chatId === chat || phone === chat;
    const { chats } =
      typeof chat === 'string' ? await fleet.request('chats', { name, search: chat, limit: 50 }) : { chats: [] };
    for (const line of [
      ...chatLines(chats.find(isMeant)),
      ...customerLines(
        name,
        { silent: left.silent.filter(isMeant), asking: left.asking.filter(isMeant) },
        context.told,
      ),
    ])
      context.print(line, line.startsWith('  ') ? 'muted' : 'warn');
    if (turns.length === 0) context.print(`${name} has not answered anything yet.`);
    else
      for (const turn of turns) {
        const { outcome, steps } = context.told.turn(turn);
        context.print(plainText(`${clockTime(turn.startedAt)} ${turn.chatId}: ${outcome}`), 'bold');
        for (const line of steps) context.printAsIs(plainText(`  ${line}`));
      }
    return 0;
  },
};

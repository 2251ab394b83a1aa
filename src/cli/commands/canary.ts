import type { FleetApi } from '../../protocol/fleet-api.ts';
import { type CanarySummary, usualShare } from '../../session/canary.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import { parseEvery } from '../../session/probe.ts';
import type { SessionName } from '../../session/session-name.ts';
import {
  canaryChangeWords,
  canaryEndWords,
  canaryRows,
  canaryScopeWords,
  canaryStateWord,
  tooFewLine,
} from '../../words/canary-words.ts';
import { durationText } from '../../words/written/duration.ts';
import {
  type CommandContext,
  type CommandSpec,
  flag,
  jsonOption,
  listOption,
  type Options,
  sessionNamed,
  textArgument,
  textOption,
} from './command.ts';
import { printTable } from './printing.ts';
import { readTried, triedOptions } from './tried-change.ts';

/** `canary`: a change that a part of the customers meet for a while, both sides in figures, promoted or rolled back. */

type Asked = Omit<FleetApi['canaryStart']['params'], 'name' | 'actor'>;

const heads = {
  en: { list: ['NAME', 'STATE', 'ON', 'WHAT', 'TURNS'], sides: ['', 'WITH IT', 'WITHOUT'] },
  'pt-BR': { list: ['NOME', 'ESTADO', 'EM', 'O QUÊ', 'TURNOS'], sides: ['', 'COM ELE', 'SEM'] },
} as const;

const shareOf = (options: Options): number | undefined => {
  const text = textOption(options, 'share');
  if (text === undefined) return undefined;
  const found = /^\s*(\d{1,3})\s*%?\s*$/.exec(text);
  if (found !== null) return Number(found[1]);
  throw new FleetError(
    'usage',
    'a share is a whole number from 1 to 99 percent: both sides need chats. Example: --share 20%',
  );
};

const timeOf = (options: Options): number | undefined => {
  const text = textOption(options, 'for');
  if (text === undefined) return undefined;
  const read = parseEvery(text);
  if (read !== null) return read;
  throw new FleetError('usage', 'a canary runs from one minute to 30 days. Example: --for 24h');
};

const askedIn = async (options: Options): Promise<Asked> => {
  const share = shareOf(options);
  const forMs = timeOf(options);
  const label = textOption(options, 'label');
  const rules = listOption(options, 'rollBackOn');
  return {
    ...(await readTried(options)),
    ...(share === undefined ? {} : { share }),
    ...(label === undefined ? {} : { label }),
    ...(forMs === undefined ? {} : { forMs }),
    ...(rules.length === 0 ? {} : { rules: [...rules] }),
  };
};

const leftOf = ({ state, endsAt }: CanarySummary, { language }: CommandContext): string =>
  state === 'running'
    ? `, ${durationText(Math.max(60_000, Math.round((endsAt - Date.now()) / 60_000) * 60_000), language)}`
    : '';

const printOne = (context: CommandContext, canary: CanarySummary): void => {
  const { language } = context;
  context.printAsIs(
    `${canary.sessionName}: ${canaryStateWord(canary.state, language)}${leftOf(canary, context)}. ${canaryScopeWords(canary, language)}: ${canaryChangeWords(canary, language)}`,
  );
  const end = canaryEndWords(canary, language, (text) => context.told.reason(null, text));
  if (end !== '') context.printAsIs(end);
  context.printAsIs(
    printTable(
      heads[language].sides,
      canaryRows(canary, language).map(({ label, canary: withIt, control }) => [label, withIt, control]),
    ),
  );
  const few = tooFewLine(canary, language);
  if (few !== null) context.printAsIs(few);
  if (canary.rules.length > 0) context.print(`Rolls itself back also on: ${canary.rules.join(', ')}`);
  if (canary.state === 'running' || canary.state === 'over')
    context.print(
      `For everybody: zap-fleet canary ${canary.sessionName} --promote. Not: zap-fleet canary ${canary.sessionName} --roll-back`,
    );
  else if (canary.waits) context.print(`Seen: zap-fleet canary ${canary.sessionName} --roll-back`);
};

const list = async (context: CommandContext, options: Options): Promise<number> => {
  const fleet = await context.look();
  const { canaries } = await fleet.request('canaries', {});
  if (flag(options, 'json')) context.print(JSON.stringify(canaries, null, 2));
  else if (canaries.length === 0)
    context.print('No canary. Begin one with: zap-fleet canary NAME --instructions FILE --share 20% --for 24h');
  else
    context.printAsIs(
      printTable(
        heads[context.language].list,
        canaries.map((canary) => [
          canary.sessionName,
          `${canaryStateWord(canary.state, context.language)}${leftOf(canary, context)}`,
          canaryScopeWords(canary, context.language),
          canaryChangeWords(canary, context.language),
          `${canary.figures.canary.turns} / ${canary.figures.control.turns}`,
        ]),
      ),
    );
  return 0;
};

const show = async (context: CommandContext, name: SessionName, options: Options): Promise<number> => {
  const fleet = await context.look();
  const { canary } = await fleet.request('canary', { name });
  if (flag(options, 'json')) context.print(JSON.stringify(canary, null, 2));
  else if (canary === null)
    context.print(
      `${name} has no canary. Begin one with: zap-fleet canary ${name} --instructions FILE --share ${usualShare}% --for 24h`,
    );
  else printOne(context, canary);
  return 0;
};

/** Of the one that is there now: who looked at another one is told. */
const decide = async (
  context: CommandContext,
  name: SessionName,
  options: Options,
  how: 'promote' | 'roll-back',
): Promise<number> => {
  const fleet = await context.connect([name]);
  const { canary } = await fleet.request('canary', { name });
  if (canary === null)
    throw new FleetError(
      'refused-by-state',
      `no canary of ${name} runs. Begin one with: zap-fleet canary ${name} --instructions FILE`,
    );
  const decided = { name, id: canary.id, actor: 'you' };
  const isJson = flag(options, 'json');
  if (how === 'promote') {
    const promoted = await fleet.request('canaryPromote', decided);
    const version = promoted.version === null ? '' : `, instructions version ${promoted.version}`;
    context.print(
      isJson ? JSON.stringify(promoted, null, 2) : `${name}: promoted${version}. It is in use from the next answer on.`,
    );
    return 0;
  }
  const result = await fleet.request('canaryRollBack', decided);
  context.print(
    isJson ? JSON.stringify(result.canary, null, 2) : `${name}: rolled back. All chats are answered as published.`,
  );
  return 0;
};

const begin = async (context: CommandContext, name: SessionName, options: Options, asked: Asked): Promise<number> => {
  const fleet = await context.connect([name]);
  const { canary } = await fleet.request('canaryStart', { name, ...asked, actor: 'you' });
  if (flag(options, 'json')) context.print(JSON.stringify(canary, null, 2));
  else printOne(context, canary);
  return 0;
};

/** NAME, or with a label the session of it that is tried. */
const nameIn = (given: string, options: Options): SessionName => {
  const session = textOption(options, 'session');
  if (textOption(options, 'label') !== undefined && session === undefined && given === '')
    throw new FleetError(
      'usage',
      'say which session of the label is tried, with --session NAME. The others of the label are compared with it.',
    );
  if (session !== undefined && given !== '' && given !== session)
    throw new FleetError('usage', 'name one session: as NAME or with --session.');
  return sessionNamed(session ?? given);
};

export const canary: CommandSpec = {
  usage: 'canary [what]',
  summary:
    'try a change on a part of the chats, beside the others: NAME with a change, NAME alone for its figures, or `ls`',
  example: 'zap-fleet canary padaria-joao --instructions new.txt --share 20% --for 24h',
  options: [
    ...triedOptions,
    { flags: '--share <percent>', help: 'on so many of the chats, always the same ones (20%)' },
    { flags: '--label <label>', help: 'on one session of a label, whole, beside the others of the label' },
    { flags: '--session <name>', help: 'which session of the label' },
    { flags: '--for <time>', help: 'for so long, 1m to 30d (24h); then everybody is answered as before' },
    {
      flags: '--roll-back-on <rule...>',
      help: 'roll back by itself also then: "silent>5%", "errors>2", "seconds>60"; several, one behind the other',
    },
    { flags: '--promote', help: "make it the session's, for everybody" },
    { flags: '--roll-back', help: 'end it; the session is as it was' },
    jsonOption,
  ],
  completes: [['ls'], 'session'],
  run: async (context, [what], options) => {
    const given = what === undefined ? '' : textArgument(what);
    const isBegun = ['instructions', 'promptVersion', 'model', 'share', 'label', 'session', 'for'].some(
      (name) => textOption(options, name) !== undefined,
    );
    const hasLists = ['setting', 'rollBackOn'].some((name) => listOption(options, name).length > 0);
    const decisions = (['promote', 'rollBack'] as const).filter((name) => flag(options, name));
    if (decisions.length > 1) throw new FleetError('usage', 'promote it or roll it back, not both.');
    const isChange = isBegun || hasLists;
    if (given === 'ls' || (given === '' && !isChange && decisions.length === 0)) return list(context, options);

    const name = nameIn(given, options);
    if (decisions.length === 1) {
      if (isChange)
        throw new FleetError(
          'usage',
          `a canary is begun or decided, not both. See: zap-fleet canary ${plainText(name)}`,
        );
      return decide(context, name, options, decisions[0] === 'promote' ? 'promote' : 'roll-back');
    }
    if (!isChange) return show(context, name, options);
    const asked = await askedIn(options);
    return begin(context, name, options, asked);
  },
};

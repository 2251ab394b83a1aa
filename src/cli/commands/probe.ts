import type { ProbeLine, ProbeLook, ProbeLoop } from '../../protocol/probe.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import { everyWords, probeHoursWords } from '../../session/probe.ts';
import { proofOf } from '../../session/verdict.ts';
import { answerTime, probeWords } from '../../words/probe-words.ts';
import {
  type CommandContext,
  type CommandSpec,
  flag,
  jsonOption,
  type Options,
  sessionNamed,
  textArgument,
  textOption,
} from './command.ts';
import { clockTime, printTable } from './printing.ts';

/** `probe`: a mystery customer, one session asking another what a customer would ask. */

const heads = {
  en: ['NAME', 'FROM', 'EVERY', 'HOURS', 'LAST', 'ANSWER', 'WHAT IT FOUND'],
  'pt-BR': ['NOME', 'DE', 'A CADA', 'HORÁRIO', 'ÚLTIMA', 'RESPOSTA', 'O QUE VIU'],
} as const;
const runHeads = {
  en: ['WHEN', 'FROM', 'RESULT', 'ANSWER', 'WHAT WAS SAID'],
  'pt-BR': ['QUANDO', 'DE', 'RESULTADO', 'RESPOSTA', 'O QUE SE DISSE'],
} as const;

const timeOf = (ms: number | null, { language }: CommandContext): string =>
  ms === null ? '-' : answerTime(ms, language);

/** In one line, whatever the answer was. */
const saidIn = (run: Pick<ProbeLook, 'answer' | 'code' | 'reason'>, { told }: CommandContext): string =>
  [run.answer.join(' '), told.reason(run.code, run.reason)].filter((part) => part !== '').join(' | ');

const found = ({ standing }: ProbeLine, { language, told }: CommandContext): string => {
  const words = probeWords[language];
  if (standing.lastOutcome === 'failed')
    return `${words.outcome.failed}: ${told.reason(standing.code, standing.reason)}`;

  const proof = proofOf({ probe: standing });
  if (proof !== null) return words.proof(Date.now() - proof.provedAt, proof.answerMs);
  return standing.waitsFor === null ? '-' : told.reason('probe-waits', standing.waitsFor);
};

const printLines = (context: CommandContext, lines: readonly ProbeLine[]): void => {
  const rows = lines.map((line) => [
    line.name,
    line.plan.from,
    everyWords(line.plan.everyMs),
    probeHoursWords(line.plan),
    line.standing.lastAt === null ? '-' : clockTime(line.standing.lastAt),
    timeOf(line.standing.answerMs, context),
    found(line, context),
  ]);
  context.printAsIs(printTable(heads[context.language], rows));
};

const printRuns = (context: CommandContext, runs: readonly ProbeLook[]): void => {
  const words = probeWords[context.language];
  const rows = runs.map((run) => [
    clockTime(run.at),
    run.from,
    run.outcome === null ? words.underWay : words.outcome[run.outcome],
    timeOf(run.answerMs, context),
    saidIn(run, context).slice(0, 120),
  ]);
  context.printAsIs(printTable(runHeads[context.language], rows));
};

const list = async (context: CommandContext, name: string | undefined, options: Options): Promise<number> => {
  const fleet = await context.look();
  const { probes } = await fleet.request('probes', name === undefined ? {} : { name: sessionNamed(name) });
  if (flag(options, 'json')) context.print(JSON.stringify(probes, null, 2));
  else if (probes.length === 0)
    context.print('Nobody asks. Begin with: zap-fleet probe set NAME --from OTHER --say "Vocês abrem hoje?"');
  else printLines(context, probes);
  if (name !== undefined && !flag(options, 'json'))
    for (const { runs } of probes) if (runs.length > 0) printRuns(context, runs);
  return 0;
};

const asked = (options: Options) => {
  const say = textOption(options, 'say');
  const expect = textOption(options, 'expect');
  return { ...(say === undefined ? {} : { say }), ...(expect === undefined ? {} : { expect }) };
};

/** The session that asks; on the same node as the one that is asked, so its name is enough. */
const fromOf = (options: Options): string | undefined => {
  const from = textOption(options, 'from');
  return from === undefined ? undefined : (sessionNamed(from).split('@')[0] ?? from);
};

const set = async (context: CommandContext, given: string, options: Options): Promise<number> => {
  const name = sessionNamed(given);
  const from = fromOf(options);
  if (from === undefined)
    throw new FleetError(
      'usage',
      `say which session asks, with --from. Without a second session: zap-fleet probe ${name} --loop`,
    );
  const fleet = await context.connect([name]);
  const every = textOption(options, 'every');
  const hours = textOption(options, 'hours');
  const { probe } = await fleet.request('probeSet', {
    name,
    from,
    ...(every === undefined ? {} : { every }),
    ...(hours === undefined ? {} : { hours }),
    ...asked(options),
    actor: 'you',
  });
  if (flag(options, 'json')) context.print(JSON.stringify(probe, null, 2));
  else {
    context.print(
      `${probe.plan.from} asks ${probe.name} every ${everyWords(probe.plan.everyMs)}, ${probeHoursWords(probe.plan)}.`,
    );
    context.print(`One question now: zap-fleet probe ${probe.name}`);
  }
  return 0;
};

const off = async (context: CommandContext, given: string, options: Options): Promise<number> => {
  const name = sessionNamed(given);
  const fleet = await context.connect([name]);
  const { removed } = await fleet.request('probeOff', { name, actor: 'you' });
  if (flag(options, 'json')) context.print(JSON.stringify({ removed }, null, 2));
  else context.print(removed ? `${name}: nobody asks it any more.` : `${name}: nobody asked it.`);
  return 0;
};

const exitOf = (outcome: ProbeLook['outcome'] | ProbeLoop['outcome']): number =>
  outcome === 'ok' ? 0 : outcome === 'skipped' ? 4 : 1;

const loop = async (context: CommandContext, given: string, options: Options): Promise<number> => {
  const name = sessionNamed(given);
  const fleet = await context.connect([name]);
  const say = textOption(options, 'say');
  const { loop: ended } = await fleet.request('probeLoop', { name, ...(say === undefined ? {} : { say }) });
  if (flag(options, 'json')) context.print(JSON.stringify(ended, null, 2));
  else if (ended.outcome === 'ok') {
    context.print(`${name} answers, WhatsApp aside, in ${timeOf(ended.answerMs, context)}.`);
    for (const part of ended.answer) context.printAsIs(`  ${plainText(part)}`);
  } else context.print(`${name} gives no answer: ${context.told.reason(ended.code, ended.reason)}`);
  return exitOf(ended.outcome);
};

const askNow = async (context: CommandContext, given: string, options: Options): Promise<number> => {
  const name = sessionNamed(given);
  const fleet = await context.connect([name]);
  const from = fromOf(options);
  const { run } = await fleet.request('probeAsk', {
    name,
    ...(from === undefined ? {} : { from }),
    ...asked(options),
    actor: 'you',
  });
  if (flag(options, 'json')) {
    context.print(JSON.stringify(run, null, 2));
    return exitOf(run.outcome);
  }
  if (run.outcome === 'ok') {
    context.print(`${name} answered ${run.from} in ${timeOf(run.answerMs, context)}.`);
    for (const part of run.answer) context.printAsIs(`  ${plainText(part)}`);
  } else {
    const words = probeWords[context.language];
    const result = run.outcome === null ? words.underWay : words.outcome[run.outcome];
    context.printAsIs(`${name}: ${result}: ${context.told.reason(run.code, run.reason)}`);
  }
  return exitOf(run.outcome);
};

export const probe: CommandSpec = {
  usage: 'probe <what> [name]',
  summary: 'a mystery customer asks: `set NAME`, `off NAME`, `ls [NAME]`, or NAME alone for one question now',
  example:
    'zap-fleet probe set padaria-joao --from matriz --every 2h --hours 08:00-20:00 --say "Vocês abrem hoje?" --expect "abr|hora"',
  options: [
    { flags: '--from <session>', help: 'the session that asks' },
    { flags: '--every <time>', help: 'how often, at least 1h (default 2h)' },
    { flags: '--hours <span>', help: 'only then, e.g. 08:00-20:00 (default all day)' },
    { flags: '--say <text>', help: 'what it asks' },
    { flags: '--expect <regex>', help: 'what the answer has to say' },
    { flags: '--loop', help: 'the whole chain but WhatsApp, without a second session' },
    jsonOption,
  ],
  completes: [['set', 'off', 'ls'], 'session'],
  run: async (context, [what, name], options) => {
    const verb = textArgument(what);
    const given = name === undefined ? undefined : textArgument(name);
    if (verb === 'ls') return list(context, given, options);
    if (verb === 'set' || verb === 'off') {
      if (given === undefined)
        throw new FleetError('usage', `say which session. Example: zap-fleet probe ${verb} padaria-joao`);
      return verb === 'set' ? set(context, given, options) : off(context, given, options);
    }
    if (given !== undefined)
      throw new FleetError(
        'usage',
        `${plainText(verb).slice(0, 40)} is neither set, off nor ls. See: zap-fleet probe --help`,
      );
    return flag(options, 'loop') ? loop(context, verb, options) : askNow(context, verb, options);
  },
};

import { FleetError } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import { type DiffLine, isBeingMade, type Proposal, type ProposalLine } from '../../session/proposal.ts';
import type { SessionName } from '../../session/session-name.ts';
import { maskedIn } from '../../words/mask-words.ts';
import {
  lessonsOfWords,
  nightWords,
  proposalPlanWords,
  proposalStateWord,
  refusedWords,
  rehearsedWords,
  restsOnWords,
} from '../../words/proposal-words.ts';
import {
  type CommandContext,
  type CommandSpec,
  flag,
  jsonOption,
  type Options,
  sessionNamed,
  textArgument,
} from './command.ts';
import { lessonLines } from './lessons.ts';
import { printRehearsal } from './print-rehearsal.ts';
import { printTable } from './printing.ts';
import { waitForJob } from './wait-for-job.ts';

/** `propose`: the AI proposes a change of the instructions, from what people did otherwise; a person publishes it. */

const heads = {
  en: ['NAME', 'BY NIGHT', 'NEW LESSONS', 'PROPOSAL', 'REHEARSAL'],
  'pt-BR': ['NOME', 'À NOITE', 'LIÇÕES NOVAS', 'PROPOSTA', 'ENSAIO'],
} as const;

const tones: Readonly<Record<DiffLine['sign'], 'ok' | 'bad' | 'muted'>> = { '+': 'ok', '-': 'bad', ' ': 'muted' };

const list = async (context: CommandContext, options: Options): Promise<number> => {
  const fleet = await context.look();
  const { proposals } = await fleet.request('proposals', {});
  const { language } = context;
  const row = (line: ProposalLine): string[] => [
    line.name,
    nightWords(line, language),
    String(line.newLessons),
    line.proposal === null ? '-' : proposalStateWord(line.proposal, language),
    line.proposal === null || line.proposal.edits === 0 ? '-' : rehearsedWords(line.rehearsal, language),
  ];
  if (flag(options, 'json')) context.print(JSON.stringify(proposals, null, 2));
  else if (proposals.length === 0)
    context.print(
      'Nothing was proposed yet. By night: zap-fleet config NAME set ai_config.propose nightly. Now: zap-fleet propose NAME',
    );
  else context.printAsIs(printTable(heads[language], proposals.map(row), [2]));
  return 0;
};

const printChanges = (context: CommandContext, { changes }: Proposal): void => {
  const { language } = context;
  for (const [index, { reason, lessons, lines }] of changes.entries()) {
    const title = `${index + 1}. ${maskedIn(plainText(reason), language)} (${lessonsOfWords(lessons, language)})`;
    context.printAsIs(context.paint(title, 'bold'));
    for (const { sign, text } of lines) context.printAsIs(context.paint(`  ${sign} ${plainText(text)}`, tones[sign]));
  }
};

const printProposal = (context: CommandContext, shown: Proposal): void => {
  const { language } = context;
  const { proposal, lessons, rehearsal, cases, changedChats } = shown;
  const why = proposal.reason === null ? '' : `: ${context.told.reason(null, plainText(proposal.reason))}`;
  context.printAsIs(`${proposal.sessionName}: ${proposalStateWord(proposal, language)}${why}`);
  if (proposal.edits > 0) context.printAsIs(restsOnWords(proposal.lessons, changedChats, language));
  printChanges(context, shown);
  for (const line of refusedWords(proposal.refused, language)) context.printAsIs(context.paint(line, 'muted'));

  const cited = new Set(shown.changes.flatMap(({ lessons: numbers }) => numbers));
  for (const { number, lesson } of lessons) {
    if (lesson === null || !cited.has(number)) continue;
    for (const [index, line] of lessonLines(lesson, language).entries())
      context.printAsIs(index === 0 ? context.paint(`${number}. ${line}`, 'bold') : line);
  }
  if (rehearsal !== null) printRehearsal(context, rehearsal, cases);
  else if (proposal.edits > 0) context.printAsIs(rehearsedWords(null, language));
  if (proposal.state === 'waiting' && !proposal.isStale)
    context.print(
      `Publish it: zap-fleet propose ${proposal.sessionName} --publish. Let it be: zap-fleet propose ${proposal.sessionName} --drop`,
    );
};

const show = (context: CommandContext, shown: Proposal, options: Options): number => {
  if (flag(options, 'json')) context.print(JSON.stringify(shown, null, 2));
  else printProposal(context, shown);
  return shown.proposal.state === 'failed' ? 1 : 0;
};

const noneYet = (name: SessionName): FleetError =>
  new FleetError('refused-by-state', `${name} has no proposal yet. Ask for one with: zap-fleet propose ${name}`);

const decide = async (context: CommandContext, name: SessionName, options: Options): Promise<number> => {
  const fleet = await context.connect([name]);
  const { proposal: shown } = await fleet.request('proposal', { name });
  if (shown === null) throw noneYet(name);
  const asked = { name, id: shown.proposal.id, actor: 'you' };
  const asJson = flag(options, 'json');
  if (flag(options, 'publish')) {
    const { version } = await fleet.request('proposalPublish', asked);
    context.print(
      asJson
        ? JSON.stringify({ version })
        : `${name}: the proposal is version ${version} of the instructions now, from the next answer on.`,
    );
    return 0;
  }
  const { proposal } = await fleet.request('proposalDrop', asked);
  context.print(asJson ? JSON.stringify(proposal) : `${name}: the proposal is dropped, and not made again.`);
  return 0;
};

/** Before anything is asked: what it takes, and whether that is wanted. */
const agreed = async (
  context: CommandContext,
  name: SessionName,
  lines: readonly string[],
  options: Options,
): Promise<void> => {
  for (const line of lines) context.warn(line);
  if (flag(options, 'yes')) return;
  if (!context.isTerminal)
    throw new FleetError('usage', 'nothing was asked: without a terminal a proposal is asked for with --yes.');
  if (await context.confirm(`Ask for a proposal for ${name} now?`)) return;
  throw new FleetError('usage', 'nothing was asked.');
};

const ask = async (context: CommandContext, name: SessionName, options: Options): Promise<number> => {
  const fleet = await context.connect([name]);
  if (flag(options, 'resume')) {
    const { proposal: last } = await fleet.request('proposal', { name });
    if (last === null) throw noneYet(name);
    await fleet.request('proposalResume', { name, id: last.proposal.id, actor: 'you' });
  } else {
    const plan = await fleet.request('proposePlan', { name });
    await agreed(context, name, proposalPlanWords(plan, context.language), options);
    await fleet.request('propose', { name, actor: 'you' });
  }
  const { proposal } = await waitForJob(context, fleet, {
    kind: 'proposal',
    name,
    look: () => fleet.request('proposal', { name }),
    isOver: ({ proposal: shown }) => shown === null || !isBeingMade(shown.proposal.state),
    goesOn: `the proposal is made all the same. See: zap-fleet propose ${name} --show. Let it be: zap-fleet propose ${name} --drop`,
  });
  if (proposal === null)
    throw new FleetError('refused-by-state', 'this proposal is gone: what it was made of was erased.');
  return show(context, proposal, options);
};

export const propose: CommandSpec = {
  usage: 'propose <what>',
  summary:
    'the AI proposes a change of the instructions, from what people did otherwise, and rehearses it; `ls`, or NAME. Only --publish puts it in use',
  example: 'zap-fleet propose padaria-joao',
  options: [
    { flags: '--yes', help: 'do not ask what it may cost' },
    { flags: '--show', help: 'the last proposal: its diff, the lessons it rests on, its rehearsal' },
    { flags: '--publish', help: 'make it the next version of the instructions' },
    { flags: '--drop', help: 'let it be; the same change is not proposed again' },
    { flags: '--resume', help: 'go on with its rehearsal where the budget or the service ended it' },
    jsonOption,
  ],
  completes: [['ls'], 'session'],
  run: async (context, [what], options) => {
    const given = textArgument(what);
    if (given === 'ls') return list(context, options);

    const name = sessionNamed(given);
    const chosen = ['show', 'publish', 'drop', 'resume'].filter((one) => flag(options, one));
    if (chosen.length > 1)
      throw new FleetError('usage', `--${chosen.join(' and --')} do not go together: one at a time.`);
    if (flag(options, 'publish') || flag(options, 'drop')) return decide(context, name, options);
    if (!flag(options, 'show')) return ask(context, name, options);

    const fleet = await context.look();
    const { proposal } = await fleet.request('proposal', { name });
    if (proposal === null) throw noneYet(name);
    return show(context, proposal, options);
  },
};

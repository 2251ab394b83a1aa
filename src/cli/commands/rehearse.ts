import type { Fleet } from '../../protocol/door.ts';
import type { FleetApi, FleetResults } from '../../protocol/fleet-api.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import {
  breaksRule,
  type FailRule,
  parseFailRule,
  type RehearsalPlan,
  type RehearsalSummary,
} from '../../session/rehearsal.ts';
import type { SessionName } from '../../session/session-name.ts';
import { planWords } from '../../words/rehearsal-words.ts';
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
import { printRehearsal } from './print-rehearsal.ts';
import { readTried, triedOptions, wholeNumber } from './tried-change.ts';
import { waitForJob } from './wait-for-job.ts';

/** `rehearse`: recorded turns asked again with a change, before customers meet it. */

type Asked = Omit<FleetApi['rehearse']['params'], 'name' | 'actor'>;
type Result = FleetResults['rehearsal'];

const askedIn = async (options: Options): Promise<Asked> => {
  const tried = await readTried(options);
  const days = wholeNumber(options, 'days', 365);
  const chats = wholeNumber(options, 'chats', 500);
  const judge = textOption(options, 'judge');
  return {
    ...tried,
    ...(judge === undefined ? {} : { judge }),
    ...(days === undefined ? {} : { days }),
    ...(chats === undefined ? {} : { chats }),
  };
};

/** Before anything is asked: what it takes, and whether that is wanted. */
const agreed = async (context: CommandContext, name: string, plan: RehearsalPlan, options: Options): Promise<void> => {
  for (const line of planWords(plan, context.language)) context.warn(line);
  if (flag(options, 'yes')) return;
  if (!context.isTerminal)
    throw new FleetError('usage', 'nothing was asked: without a terminal a rehearsal begins with --yes.');
  if (await context.confirm(`Rehearse ${name} now?`)) return;
  throw new FleetError('usage', 'nothing was asked.');
};

const untilEnded = (context: CommandContext, fleet: Fleet, name: SessionName): Promise<Result> =>
  waitForJob(context, fleet, {
    kind: 'rehearsal',
    name,
    look: () => fleet.request('rehearsal', { name }),
    isOver: ({ rehearsal }) => rehearsal?.state !== 'running',
    goesOn: `the rehearsal goes on. See: zap-fleet rehearse ${name} --show. Stop it: zap-fleet rehearse ${name} --stop`,
  });

/** 0, or 1 where it broke the rule or cannot show that it holds. */
const exitCodeOf = (context: CommandContext, rehearsal: RehearsalSummary, rule: FailRule | null): number => {
  if (rehearsal.state === 'failed') return 1;
  if (rule === null) return 0;
  if (rehearsal.state !== 'done' || rehearsal.failed > 0) {
    context.warn('not all was asked: nobody can say that --fail-on holds.');
    return 1;
  }
  return breaksRule(rule, rehearsal) ? 1 : 0;
};

const failRuleOf = (options: Options): FailRule | null => {
  const text = textOption(options, 'failOn');
  if (text === undefined) return null;
  const rule = parseFailRule(text);
  if (rule !== null) return rule;
  throw new FleetError('usage', `--fail-on takes a verdict and how many are too many. Example: --fail-on "worse>5%"`);
};

export const rehearse: CommandSpec = {
  usage: 'rehearse <name>',
  summary: 'ask recorded turns again with a change, old beside new; nobody is sent anything',
  example: 'zap-fleet rehearse padaria-joao --instructions new.txt --days 7',
  options: [
    ...triedOptions,
    { flags: '--days <days>', help: 'turns of so many days (30)' },
    { flags: '--chats <chats>', help: 'of so many chats, those that wrote last (50)' },
    { flags: '--judge <model>', help: 'this model judges where rules see no difference; costs two calls a turn' },
    { flags: '--fail-on <rule>', help: 'end with 1 when too much is worse: "worse>5%"' },
    { flags: '--yes', help: 'do not ask what it may cost' },
    { flags: '--show', help: 'the last rehearsal as it stands' },
    { flags: '--resume', help: 'go on with one that was stopped or ran out of budget' },
    { flags: '--stop', help: 'stop it; what was asked stays' },
    {
      flags: '--case <turn>',
      help: 'make a recorded turn a case, without names and numbers; why NAME --json tells its number',
    },
    { flags: '--publish', help: "make what was rehearsed the session's: instructions as a new version" },
    jsonOption,
  ],
  run: async (context, [given], options) => {
    const name = sessionNamed(textArgument(given));
    const rule = failRuleOf(options);
    const json = flag(options, 'json');
    const show = (result: Result): number => {
      if (json) context.print(JSON.stringify(result, null, 2));
      else if (result.rehearsal !== null) printRehearsal(context, result.rehearsal, result.cases);
      return result.rehearsal === null ? 0 : exitCodeOf(context, result.rehearsal, rule);
    };

    if (flag(options, 'stop')) {
      const fleet = await context.connect([name]);
      const { rehearsal } = await fleet.request('rehearseStop', { name, actor: 'you' });
      context.print(
        json
          ? JSON.stringify(rehearsal)
          : `The rehearsal of ${name} is stopped. Go on: zap-fleet rehearse ${name} --resume`,
      );
      return 0;
    }
    const turn = wholeNumber(options, 'case', 1_000_000_000_000);
    if (turn !== undefined) {
      const fleet = await context.connect([name]);
      const made = await fleet.request('rehearseCase', { name, turn, actor: 'you' });
      context.print(
        json ? JSON.stringify(made) : `Turn ${turn} is a case now: ${plainText(made.title)}, in ${made.file}`,
      );
      return 0;
    }
    if (flag(options, 'publish')) {
      const fleet = await context.connect([name]);
      const { rehearsal } = await fleet.request('rehearsal', { name, limit: 1 });
      if (rehearsal === null) throw new FleetError('refused-by-state', `${name} has no rehearsal yet.`);
      const published = await fleet.request('rehearsePublish', { name, id: rehearsal.id, actor: 'you' });
      context.print(
        json ? JSON.stringify(published) : `${name}: what was rehearsed is in use from the next answer on.`,
      );
      return 0;
    }
    if (flag(options, 'show')) {
      const fleet = await context.look();
      const result = await fleet.request('rehearsal', { name });
      if (result.rehearsal === null) throw new FleetError('refused-by-state', `${name} has no rehearsal yet.`);
      return show(result);
    }

    const asked = flag(options, 'resume') ? null : await askedIn(options);
    const fleet = await context.connect([name]);
    if (asked === null) await fleet.request('rehearseResume', { name, actor: 'you' });
    else {
      await agreed(context, name, await fleet.request('rehearsePlan', { name, ...asked }), options);
      await fleet.request('rehearse', { name, ...asked, actor: 'you' });
    }
    return show(await untilEnded(context, fleet, name));
  },
};

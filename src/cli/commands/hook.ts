import type { Fleet } from '../../protocol/door.ts';
import type { FleetApi } from '../../protocol/fleet-api.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { type HookLine, hookEventTypes } from '../../session/hook.ts';
import { plainText } from '../../session/plain-text.ts';
import { hostOf } from '../../session/tool.ts';
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
import { clockTime, printTable } from './printing.ts';
import { secretIn, secretOptions } from './secret-option.ts';

/** `hook`: addresses that are told what happens in a session. */

type Asked = FleetApi['hookSet']['params'];

interface Call {
  readonly context: CommandContext;
  readonly fleet: Fleet;
  readonly name: string;
  readonly hook: string;
  readonly options: Options;
}

const heads = {
  en: ['HOOK', 'LEADS TO', 'EVENTS', 'TOLD', 'WAITING', 'DEAD', 'LAST', 'STANDING'],
  'pt-BR': ['WEBHOOK', 'LEVA A', 'EVENTOS', 'ENVIADOS', 'ESPERAM', 'MORTOS', 'ÚLTIMO', 'SITUAÇÃO'],
} as const;
const deadHeads = {
  en: ['HAPPENED', 'EVENT', 'GIVEN UP', 'AGAIN', 'WHY'],
  'pt-BR': ['ACONTECEU', 'EVENTO', 'DESISTIU', 'DE NOVO', 'POR QUÊ'],
} as const;
const words = {
  en: { all: 'all', none: '-', well: 'ok', noSecret: 'NO SECRET HERE', yes: 'yes', no: '-' },
  'pt-BR': { all: 'todos', none: '-', well: 'ok', noSecret: 'SEM SEGREDO AQUI', yes: 'sim', no: '-' },
} as const;

const standingOf = (hook: HookLine, { language, told }: CommandContext): string => {
  const { well, noSecret } = words[language];
  if (!hook.hasSecret) return noSecret;
  return hook.problem === null ? well : told.reason(null, plainText(hook.problem));
};

const printHooks = (context: CommandContext, hooks: readonly HookLine[]): void => {
  const { all, none } = words[context.language];
  const rows = hooks.map((hook) => [
    hook.name,
    hostOf(hook.url),
    hook.events.length === hookEventTypes.length ? all : hook.events.join(', '),
    String(hook.delivered),
    String(hook.waiting),
    String(hook.dead),
    hook.deliveredAt === null ? none : clockTime(hook.deliveredAt),
    standingOf(hook, context),
  ]);
  context.printAsIs(printTable(heads[context.language], rows));
};

const list = async (context: CommandContext, given: string, options: Options): Promise<number> => {
  const name = sessionNamed(given);
  const fleet = await context.connect([name]);
  const { hooks } = await fleet.request('hooks', { name });
  if (flag(options, 'json')) context.print(JSON.stringify(hooks, null, 2));
  else if (hooks.length === 0)
    context.print(`${name} tells nobody what happens. Begin with: zap-fleet hook add ${name} crm --url https://…`);
  else printHooks(context, hooks);
  return 0;
};

const askedIn = async (options: Options): Promise<Omit<Asked, 'name' | 'hook'>> => {
  const url = textOption(options, 'url');
  const events = listOption(options, 'events').flatMap((each) => each.split(','));
  const allowHosts = listOption(options, 'allowHost');
  const secret = await secretIn(options);
  return {
    ...(url === undefined ? {} : { url }),
    ...(events.length === 0 ? {} : { events }),
    ...(allowHosts.length === 0 ? {} : { allowHosts: [...allowHosts] }),
    ...(secret === undefined ? {} : { secret }),
    ...(flag(options, 'newSecret') ? { newSecret: true } : {}),
  };
};

const put =
  (isNew: boolean) =>
  async ({ context, fleet, name, hook, options }: Call): Promise<number> => {
    const asked = await askedIn(options);
    const { hook: now, secret } = await fleet.request('hookSet', { name, hook, isNew, ...asked, actor: 'you' });
    if (flag(options, 'json')) {
      context.print(JSON.stringify({ hook: now, secret }, null, 2));
      return 0;
    }
    context.print(`${name}: ${hostOf(now.url)} is told what happens from now on: ${now.events.join(', ')}`);
    if (secret !== null) {
      context.print('Its secret, shown this once; by it the other side knows who calls:');
      context.printAsIs(secret);
    }
    context.print(`Try it with: zap-fleet hook test ${name} ${now.name}`);
    return 0;
  };

const test = async ({ context, fleet, name, hook, options }: Call): Promise<number> => {
  const { answer, ms, key } = await fleet.request('hookTest', { name, hook });
  if (flag(options, 'json')) context.print(JSON.stringify({ key, ms, answer }, null, 2));
  else if (answer.reason === null) context.print(`${hook} took it after ${ms} ms (HTTP ${answer.status}).`);
  else {
    context.print(answer.reason);
    if (answer.said !== null) context.print(`It said: ${plainText(answer.said)}`);
  }
  return answer.reason === null ? 0 : 1;
};

const dead = async ({ context, fleet, name, hook, options }: Call): Promise<number> => {
  const { dead: events } = await fleet.request('hookDead', { name, hook });
  if (flag(options, 'json')) context.print(JSON.stringify(events, null, 2));
  else if (events.length === 0) context.print(`${hook} was told everything that there was to tell.`);
  else {
    const { yes, no } = words[context.language];
    const rows = events.map(({ at, type, diedAt, isDue, reason }) => [
      clockTime(at),
      type,
      clockTime(diedAt),
      isDue ? yes : no,
      context.told.reason(null, plainText(reason)),
    ]);
    context.printAsIs(printTable(deadHeads[context.language], rows));
    context.print(`They are kept for a week. Send them again with: zap-fleet hook again ${name} ${hook}`);
  }
  return 0;
};

const again = async ({ context, fleet, name, hook, options }: Call): Promise<number> => {
  const result = await fleet.request('hookAgain', { name, hook });
  if (flag(options, 'json')) context.print(JSON.stringify(result, null, 2));
  else context.print(`${hook}: ${result.events} dead events are sent again, oldest first.`);
  return 0;
};

const remove = async ({ context, fleet, name, hook, options }: Call): Promise<number> => {
  const result = await fleet.request('hookRemove', { name, hook, actor: 'you' });
  if (flag(options, 'json')) context.print(JSON.stringify(result, null, 2));
  else context.print(`${name}: ${hook} is told nothing any more; its secret is forgotten.`);
  return 0;
};

const ofHook = { add: put(true), set: put(false), test, dead, again, rm: remove } as const;
const verbs = ['ls', ...Object.keys(ofHook)];

const isOfHook = (verb: string): verb is keyof typeof ofHook => Object.hasOwn(ofHook, verb);

export const hook: CommandSpec = {
  usage: 'hook <what> <name> [hook]',
  summary:
    'addresses that are told what happens: `add NAME HOOK`, `set`, `ls NAME`, `test NAME HOOK`, `dead`, `again`, `rm`',
  example: 'zap-fleet hook ls padaria-joao',
  options: [
    { flags: '--url <address>', help: 'where events go (POST, signed), https' },
    { flags: '--events <type...>', help: `which of them (default all): ${hookEventTypes.join(', ')}` },
    ...secretOptions,
    { flags: '--allow-host <host...>', help: 'hosts that may lie in a private network, or be asked without https' },
    jsonOption,
  ],
  completes: [verbs, 'session'],
  run: async (context, [what, given, named], options) => {
    const verb = textArgument(what);
    const session = textArgument(given);
    if (verb === 'ls') return list(context, session, options);

    if (!isOfHook(verb))
      throw new FleetError(
        'usage',
        `${plainText(verb).slice(0, 40)} is none of ${verbs.join(', ')}. See: zap-fleet hook --help`,
      );
    const name = sessionNamed(session);
    const hookName = named === undefined ? '' : textArgument(named);
    if (hookName === '') throw new FleetError('usage', `say which hook. Example: zap-fleet hook ${verb} ${name} crm`);
    const fleet = await context.connect([name]);
    return ofHook[verb]({ context, fleet, name, hook: hookName, options });
  },
};

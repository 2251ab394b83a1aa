import { readFile, stat } from 'node:fs/promises';
import type { FleetApi } from '../../protocol/fleet-api.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import { hostOf, type ToolLine, toolBounds } from '../../session/tool.ts';
import { whyNotRead } from '../../session/why-not-read.ts';
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

/** `tool`: HTTP calls that a session's AI may ask for. A secret is never an argument: every process of the machine could read it. */

type Asked = FleetApi['toolSet']['params'];

const heads = {
  en: ['TOOL', 'LEADS TO', 'KIND', 'CALLS 24H', 'FAILED', 'LAST', 'SECRET'],
  'pt-BR': ['FERRAMENTA', 'LEVA A', 'TIPO', 'CHAMADAS 24H', 'FALHAS', 'ÚLTIMA', 'SEGREDO'],
} as const;
const kinds = {
  en: { reads: 'looks', again: 'idempotent', looked: 'with lookup', once: 'acts once', yes: 'yes', no: 'NONE HERE' },
  'pt-BR': {
    reads: 'consulta',
    again: 'idempotente',
    looked: 'com consulta',
    once: 'age uma vez',
    yes: 'sim',
    no: 'NENHUM AQUI',
  },
} as const;

const kindOf = (tool: ToolLine, { language }: CommandContext): string => {
  const words = kinds[language];
  if (tool.onlyReads) return words.reads;
  if (tool.isIdempotent) return words.again;
  return tool.lookupUrl === null ? words.once : words.looked;
};

const printTools = (context: CommandContext, tools: readonly ToolLine[]): void => {
  const words = kinds[context.language];
  const rows = tools.map((tool) => [
    tool.name,
    hostOf(tool.url),
    kindOf(tool, context),
    String(tool.calls.ok + tool.calls.failed + tool.calls.unknown),
    String(tool.calls.failed + tool.calls.unknown),
    tool.last === null ? '-' : clockTime(tool.last.at),
    tool.hasSecret ? words.yes : words.no,
  ]);
  context.printAsIs(printTable(heads[context.language], rows));
};

const list = async (context: CommandContext, given: string, options: Options): Promise<number> => {
  const name = sessionNamed(given);
  const fleet = await context.connect([name]);
  const { tools } = await fleet.request('tools', { name });
  if (flag(options, 'json')) context.print(JSON.stringify(tools, null, 2));
  else if (tools.length === 0)
    context.print(`${name} has no tools. Begin with: zap-fleet tool add ${name} agenda --url https://… --schema FILE`);
  else printTools(context, tools);
  return 0;
};

const readJson = async (file: string): Promise<Readonly<Record<string, unknown>>> => {
  try {
    if ((await stat(file)).size > toolBounds.schema * 4) throw new Error('it is too large');
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('it is no JSON object');
    return value as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new FleetError('usage', `cannot read ${file}: ${whyNotRead(error)}. Give a file with a JSON object.`, {
      cause: error,
    });
  }
};

const wholeNumber = (options: Options, option: string, flagName: string, factor = 1): number | undefined => {
  const text = textOption(options, option);
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text)) throw new FleetError('usage', `${flagName} takes a whole number.`);
  return Number(text) * factor;
};

const askedIn = async (options: Options): Promise<Omit<Asked, 'name' | 'tool'>> => {
  const [url, description, lookupUrl, file] = ['url', 'describe', 'lookup', 'schema'].map((each) =>
    textOption(options, each),
  );
  const schema = file === undefined ? undefined : await readJson(file);
  const timeoutMs = wholeNumber(options, 'timeout', '--timeout', 1000);
  const callsPerTurn = wholeNumber(options, 'callsPerTurn', '--calls-per-turn');
  const allowHosts = listOption(options, 'allowHost');
  const secret = await secretIn(options);
  const onOff = (name: string): boolean | undefined =>
    typeof options[name] === 'boolean' ? flag(options, name) : undefined;
  const isIdempotent = onOff('idempotent');
  const onlyReads = onOff('reads');
  return {
    ...(url === undefined ? {} : { url }),
    ...(description === undefined ? {} : { description }),
    ...(lookupUrl === undefined ? {} : { lookupUrl }),
    ...(schema === undefined ? {} : { schema }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(callsPerTurn === undefined ? {} : { callsPerTurn }),
    ...(allowHosts.length === 0 ? {} : { allowHosts: [...allowHosts] }),
    ...(isIdempotent === undefined ? {} : { isIdempotent }),
    ...(onlyReads === undefined ? {} : { onlyReads }),
    ...(secret === undefined ? {} : { secret }),
    ...(flag(options, 'newSecret') ? { newSecret: true } : {}),
  };
};

const put = async (
  context: CommandContext,
  given: string,
  tool: string,
  options: Options,
  isNew: boolean,
): Promise<number> => {
  const name = sessionNamed(given);
  const asked = await askedIn(options);
  const fleet = await context.connect([name]);
  const { tool: now, secret } = await fleet.request('toolSet', { name, tool, isNew, ...asked, actor: 'you' });
  if (flag(options, 'json')) {
    context.print(JSON.stringify({ tool: now, secret }, null, 2));
    return 0;
  }
  context.print(`${name}: the tool ${now.name} is called at ${hostOf(now.url)}.`);
  if (secret !== null) {
    context.print('Its secret, shown this once; by it the other side knows who calls:');
    context.printAsIs(secret);
  }
  context.print(`Try it with: zap-fleet tool test ${name} ${now.name} --arguments '{}'`);
  return 0;
};

const test = async (context: CommandContext, given: string, tool: string, options: Options): Promise<number> => {
  const name = sessionNamed(given);
  const text = textOption(options, 'arguments') ?? '{}';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FleetError(
      'usage',
      `--arguments takes JSON: ${messageOf(error)}. Example: --arguments '{"day":"2026-12-04"}'`,
      {
        cause: error,
      },
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FleetError('usage', `--arguments takes a JSON object. Example: --arguments '{"day":"2026-12-04"}'`);
  const fleet = await context.connect([name]);
  const asked = value as Readonly<Record<string, unknown>>;
  const { answer, ms, key } = await fleet.request('toolTest', { name, tool, arguments: asked });
  if (flag(options, 'json')) context.print(JSON.stringify({ key, ms, answer }, null, 2));
  else if (answer.kind === 'ok') {
    context.print(`${tool} answered after ${ms} ms (HTTP ${answer.status}):`);
    context.printAsIs(`  ${plainText(answer.text)}`);
  } else if (answer.kind === 'failed') context.print(`${tool} was not carried out: ${answer.reason}`);
  else context.print(`nobody knows whether ${tool} was carried out: ${answer.reason}`);
  return answer.kind === 'ok' ? 0 : 1;
};

const remove = async (context: CommandContext, given: string, tool: string, options: Options): Promise<number> => {
  const name = sessionNamed(given);
  const fleet = await context.connect([name]);
  const result = await fleet.request('toolRemove', { name, tool, actor: 'you' });
  if (flag(options, 'json')) context.print(JSON.stringify(result, null, 2));
  else context.print(`${name}: ${tool} is removed, with its secret.`);
  return 0;
};

const verbs = ['add', 'set', 'ls', 'test', 'rm'] as const;

export const tool: CommandSpec = {
  usage: 'tool <what> <name> [tool]',
  summary: 'HTTP calls that its AI may ask for: `add NAME TOOL`, `set`, `ls NAME`, `test NAME TOOL`, `rm NAME TOOL`',
  example: 'zap-fleet tool ls padaria-joao',
  options: [
    { flags: '--url <address>', help: 'where it is called (POST, signed), https' },
    { flags: '--schema <file>', help: 'JSON schema of its arguments' },
    { flags: '--describe <text>', help: 'for the AI: what it does and when to call it' },
    ...secretOptions,
    { flags: '--timeout <seconds>', help: 'how long it may take (default 10)' },
    { flags: '--calls-per-turn <n>', help: 'how often for one answer (default 3)' },
    { flags: '--idempotent', help: 'called twice with one key, it acts once' },
    { flags: '--no-idempotent', help: 'it acts at every call' },
    { flags: '--reads', help: 'it only looks something up' },
    { flags: '--no-reads', help: 'it does something' },
    { flags: '--lookup <address>', help: 'where it says what became of a key ({key}); empty: nowhere' },
    { flags: '--allow-host <host...>', help: 'hosts that redirects may lead to, or that may be private' },
    { flags: '--arguments <json>', help: 'with test: what it is called with' },
    jsonOption,
  ],
  completes: [verbs, 'session'],
  run: async (context, [what, name, given], options) => {
    const verb = textArgument(what);
    const session = textArgument(name);
    if (verb === 'ls') return list(context, session, options);

    const toolName = given === undefined ? '' : textArgument(given);
    if (!(verbs as readonly string[]).includes(verb))
      throw new FleetError(
        'usage',
        `${plainText(verb).slice(0, 40)} is neither add, set, ls, test nor rm. See: zap-fleet tool --help`,
      );
    if (toolName === '')
      throw new FleetError('usage', `say which tool. Example: zap-fleet tool ${verb} ${session} agenda`);
    switch (verb) {
      case 'add':
        return put(context, session, toolName, options, true);
      case 'set':
        return put(context, session, toolName, options, false);
      case 'test':
        return test(context, session, toolName, options);
      default:
        return remove(context, session, toolName, options);
    }
  },
};

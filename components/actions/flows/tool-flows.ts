import type { FleetApi } from '../../../src/protocol/fleet-api.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { type ToolAnswer, type ToolLine, toolBounds } from '../../../src/session/tool.ts';
import { toolTexts } from '../../texts/tool-texts.ts';
import { fieldsOf } from '../../view-models/places/tools.ts';
import type { Context } from '../core/contexts.ts';
import { actor } from '../core/session-requests.ts';
import { handOverSecret, jsonText, readJsonObject } from './json-edit.ts';

/** What the keys of the screen of tools do. A tool is written as JSON in the editor; its secret is copied, and never drawn. */

type OfTool = Context<'tool'>;

const wordsOf = ({ view }: Pick<OfTool, 'view'>) => toolTexts(view.language).tools;

/** What can be written of a tool, in the order in which it is read. */
const writtenOf = (tool: ToolLine): Readonly<Record<string, unknown>> => ({
  url: tool.url,
  description: tool.description,
  timeoutMs: tool.timeoutMs,
  callsPerTurn: tool.callsPerTurn,
  isIdempotent: tool.isIdempotent,
  onlyReads: tool.onlyReads,
  lookupUrl: tool.lookupUrl ?? '',
  allowHosts: tool.allowHosts,
  schema: tool.parameters,
});

const handOver = (context: OfTool, tool: string, secret: string): void => {
  const words = wordsOf(context);
  handOverSecret(context.act, secret, {
    title: words.newSecretTitle(tool),
    lines: words.newSecret,
    verb: words.verb.secret,
  });
};

type Asked = FleetApi['toolSet']['params'];

const put = async (context: OfTool, asked: Asked): Promise<string> => {
  const { tool, secret } = await context.act.request('toolSet', asked);
  context.reload();
  if (secret !== null) handOver(context, tool.name, secret);
  return wordsOf(context).added(tool.name);
};

/** The door checks what is in it, and says in one line what is wrong; also when somebody else changed it while it was written. */
const write = (
  context: OfTool,
  before: Readonly<Record<string, unknown>>,
  known: { readonly name: string; readonly setAt: number } | null,
): void => {
  const { act, name } = context;
  const words = wordsOf(context);
  act.run(words.verb.add, known?.name ?? '', async () => {
    const text = await act.editText(jsonText(before), '.json');
    if (text === null) return words.unchanged;
    const { name: named, ...given } = readJsonObject(text, words);
    const tool = known?.name ?? String(named ?? '');
    const seen = known === null ? {} : { seenAt: known.setAt };
    return put(context, { ...given, ...seen, name, tool, isNew: known === null, actor });
  });
};

export const addTool = (context: OfTool): void => {
  const schema = {
    type: 'object',
    properties: { day: { type: 'string', format: 'date' }, time: { type: 'string' } },
    required: ['day'],
  };
  write(context, { ...wordsOf(context).template, onlyReads: false, isIdempotent: false, schema }, null);
};

export const editTool = (context: OfTool): void => {
  if (context.tool !== undefined) write(context, writtenOf(context.tool), context.tool);
};

const resultLines = (context: OfTool, ms: number, answer: ToolAnswer): readonly string[] => {
  const words = wordsOf(context);
  if (answer.kind === 'ok') return [words.answered(ms, answer.status), answer.text];
  const why = context.view.t.said(plainText(answer.reason));
  return [answer.kind === 'failed' ? words.notDone(why) : words.unknown(why)];
};

/** Of its arguments as they are asked for: a person fills in the rest. */
const emptyArguments = (tool: ToolLine): string =>
  JSON.stringify(
    Object.fromEntries(
      fieldsOf(tool)
        .split(', ')
        .filter((field) => field !== '' && !field.endsWith('?'))
        .map((field) => [field, '']),
    ),
  );

const isObject = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};

const askArguments = (context: OfTool, tool: ToolLine): void => {
  const { act, name, reload } = context;
  const words = wordsOf(context);
  act.open({
    kind: 'text',
    title: words.testTitle(tool.name),
    label: words.testLabel,
    value: emptyArguments(tool),
    secret: false,
    check: (text) => (isObject(text) ? null : words.noJson),
    save: async (text) =>
      act.run(words.verb.test, tool.name, async () => {
        const given = JSON.parse(text) as Readonly<Record<string, unknown>>;
        const { answer, ms } = await act.request('toolTest', { name, tool: tool.name, arguments: given });
        reload();
        const lines = resultLines(context, ms, answer);
        act.open({ kind: 'info', title: tool.name, load: async () => lines, copy: null });
        return lines[0] ?? null;
      }),
  });
};

/** What only looks is called at once; what books, after a yes. */
export const testTool = (context: OfTool): void => {
  const { act, tool } = context;
  if (tool === undefined) return;
  if (tool.onlyReads) {
    askArguments(context, tool);
    return;
  }
  const words = wordsOf(context);
  act.open({
    kind: 'ask',
    title: words.testTitle(tool.name),
    lines: [words.testWarns],
    targets: [],
    yes: () => askArguments(context, tool),
  });
};

/** A secret that is there is replaced after a yes: until the other side has the new one it refuses every call. */
export const giveSecret = (context: OfTool): void => {
  const { act, tool } = context;
  if (tool === undefined) return;
  if (!tool.hasSecret) {
    askSecret(context, tool);
    return;
  }
  const words = wordsOf(context);
  act.open({
    kind: 'ask',
    title: words.secretTitle(tool.name),
    lines: [words.secretReplaces],
    targets: [],
    yes: () => askSecret(context, tool),
  });
};

const askSecret = (context: OfTool, tool: ToolLine): void => {
  const { act, name } = context;
  const words = wordsOf(context);
  const { least, most } = toolBounds.secret;
  act.open({
    kind: 'text',
    title: words.secretTitle(tool.name),
    label: words.secretLabel,
    value: '',
    secret: true,
    check: (text) => {
      const { length } = text.trim();
      return length === 0 || (length >= least && length <= most) ? null : words.secretShort;
    },
    save: async (text) => {
      const secret = text.trim();
      act.run(words.verb.secret, tool.name, async () => {
        const given = secret === '' ? { newSecret: true } : { secret };
        await put(context, { name, tool: tool.name, isNew: false, ...given, actor });
        return words.secretSet(tool.name);
      });
    },
  });
};

export const removeTool = (context: OfTool): void => {
  const { act, name, tool, reload } = context;
  if (tool === undefined) return;
  const words = wordsOf(context);
  act.open({
    kind: 'ask',
    title: words.removeTitle(tool.name),
    lines: [words.removeWhat],
    targets: [],
    yes: () =>
      act.run(words.verb.remove, tool.name, async () => {
        await act.request('toolRemove', { name, tool: tool.name, actor });
        reload();
        return words.removed(tool.name);
      }),
  });
};

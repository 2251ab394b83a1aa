import type { FleetApi } from '../../../src/protocol/fleet-api.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { hookTexts } from '../../texts/hook-texts.ts';
import type { Context } from '../core/contexts.ts';
import { actor } from '../core/session-requests.ts';
import { handOverSecret, jsonText, readJsonObject } from './json-edit.ts';

/** What the keys of the screen of hooks do. A hook is written as JSON in the editor; its secret is copied, and never drawn. */

type OfHook = Context<'hook'>;
type Asked = FleetApi['hookSet']['params'];

const wordsOf = ({ view }: Pick<OfHook, 'view'>) => hookTexts(view.language);

const put = async (context: OfHook, asked: Asked): Promise<string> => {
  const words = wordsOf(context);
  const { hook, secret } = await context.act.request('hookSet', asked);
  context.reload();
  if (secret !== null)
    handOverSecret(context.act, secret, {
      title: words.newSecretTitle(hook.name),
      lines: words.newSecret,
      verb: words.verb.secret,
    });
  return words.added(hook.name);
};

/** The door checks what is in it, and says in one line what is wrong; also when somebody else changed it while it was written. */
const write = (
  context: OfHook,
  before: Readonly<Record<string, unknown>>,
  known: { readonly name: string; readonly setAt: number } | null,
): void => {
  const { act, name } = context;
  const words = wordsOf(context);
  act.run(words.verb.add, known?.name ?? '', async () => {
    const text = await act.editText(jsonText(before), '.json');
    if (text === null) return words.unchanged;
    const { name: named, ...given } = readJsonObject(text, words);
    const seen = known === null ? {} : { seenAt: known.setAt };
    return put(context, {
      ...given,
      ...seen,
      name,
      hook: known?.name ?? String(named ?? ''),
      isNew: known === null,
      actor,
    });
  });
};

export const addHook = (context: OfHook): void => write(context, wordsOf(context).template, null);

export const editHook = (context: OfHook): void => {
  const { hook } = context;
  if (hook === undefined) return;
  const { url, events, allowHosts } = hook;
  write(context, { url, events, allowHosts }, hook);
};

/** It tells that nothing happened: no yes is asked for. */
export const testHook = (context: OfHook): void => {
  const { act, name, hook, reload, view } = context;
  if (hook === undefined) return;
  const words = wordsOf(context);
  act.run(words.verb.test, hook.name, async () => {
    const { answer, ms } = await act.request('hookTest', { name, hook: hook.name });
    reload();
    if (answer.reason !== null) {
      const why = view.t.said(plainText(answer.reason));
      throw new Error(answer.said === null ? why : `${why}: ${plainText(answer.said)}`);
    }
    return words.took(ms, answer.status);
  });
};

/** After a yes, and one line that says what. */
const after = (
  context: OfHook,
  asked: { readonly title: string; readonly line: string; readonly verb: string },
  work: (hook: string) => Promise<string>,
): void => {
  const { act, hook } = context;
  if (hook === undefined) return;
  act.open({
    kind: 'ask',
    title: asked.title,
    lines: [asked.line],
    targets: [],
    yes: () => act.run(asked.verb, hook.name, () => work(hook.name)),
  });
};

export const newSecret = (context: OfHook): void => {
  const words = wordsOf(context);
  const title = words.secretTitle(context.hook?.name ?? '');
  after(context, { title, line: words.secretReplaces, verb: words.verb.secret }, (hook) =>
    put(context, { name: context.name, hook, isNew: false, newSecret: true, actor }),
  );
};

export const sendAgain = (context: OfHook): void => {
  const { act, name, hook, reload } = context;
  const words = wordsOf(context);
  if (hook === undefined) return;
  if (hook.dead === 0) {
    act.run(words.verb.again, hook.name, async () => words.nothingDead);
    return;
  }
  after(
    context,
    { title: words.againTitle(hook.name), line: words.againWhat(hook.dead), verb: words.verb.again },
    async (of) => {
      const { events } = await act.request('hookAgain', { name, hook: of });
      reload();
      return words.again(events);
    },
  );
};

export const removeHook = (context: OfHook): void => {
  const { act, name, reload } = context;
  const words = wordsOf(context);
  const title = words.removeTitle(context.hook?.name ?? '');
  after(context, { title, line: words.removeWhat, verb: words.verb.remove }, async (hook) => {
    await act.request('hookRemove', { name, hook, actor });
    reload();
    return words.removed(hook);
  });
};

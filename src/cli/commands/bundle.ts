import type { FleetResults } from '../../protocol/fleet-api.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import { parseSessionName } from '../../session/session-name.ts';
import { belongingWords } from '../../words/belonging-words.ts';
import { type CommandContext, type CommandSpec, flag, jsonOption, textArgument } from './command.ts';
import { followJob } from './follow-job.ts';
import { clockTime, printTable, shortBytes } from './printing.ts';

/** `bundle`: logins, tools and files of sessions in Supabase Storage, from where another server of the group takes them. */

const list = async (context: CommandContext, name: string | undefined, asJson: boolean): Promise<number> => {
  const fleet = await context.connect(name === undefined ? [] : [name]);
  const answer = await fleet.request('bundles', name === undefined ? {} : { name });
  if (asJson) {
    context.print(JSON.stringify(answer, null, 2));
    return answer.configured ? 0 : 1;
  }
  if (answer.problem !== null) {
    context.print(plainText(answer.problem));
    return 1;
  }
  if (answer.bundles.length === 0) context.print('There is no bundle in Supabase Storage yet.');
  else
    context.print(
      printTable(
        ['NAME', 'WHAT', 'MADE', 'EPOCH', 'SIZE', 'WHOLE'],
        answer.bundles.map((one) => [
          one.session,
          one.what ?? 'login',
          clockTime(one.madeAt),
          String(one.epoch),
          shortBytes(one.bytes, context.language),
          one.whole ? 'yes' : 'no: cut off',
        ]),
        [3, 4],
      ),
    );
  if (answer.login?.problem != null) context.print(plainText(answer.login.problem.text));
  if (answer.belongings?.problem != null) context.print(plainText(answer.belongings.problem.text));
  for (const { what, text } of answer.belongings?.missing ?? [])
    context.print(plainText(`${belongingWords(what, 'en')} of another server could not be brought: ${text}`));
  return 0;
};

const push = async (context: CommandContext, name: string, asJson: boolean): Promise<number> => {
  const fleet = await context.connect([name]);
  const result = await followJob<FleetResults['bundlePush']>(context, fleet, {
    kind: 'bundle-push',
    session: name,
    ask: () => fleet.request('bundlePush', { name, actor: 'you' }),
    ofJob: ({ total, result: ended }) => {
      const failed = ended?.['failed'];
      if (typeof failed === 'string') throw new FleetError('failed', failed);
      return { bytes: total };
    },
  });
  if (asJson) context.print(JSON.stringify(result));
  else context.print(`${name}: its login is in Supabase Storage (${shortBytes(result.bytes, context.language)}).`);
  return 0;
};

const fetch = async (context: CommandContext, name: string, asJson: boolean): Promise<number> => {
  const fleet = await context.connect([name]);
  const result = await fleet.request('bundleFetch', { name, actor: 'you' });
  if (asJson) context.print(JSON.stringify(result));
  else
    context.print(
      `${name}: its login of ${clockTime(result.madeAt)} is here now. The one from before is kept until it has connected.`,
    );
  return 0;
};

const skip = async (context: CommandContext, name: string, asJson: boolean): Promise<number> => {
  const fleet = await context.connect([name]);
  const result = await fleet.request('bundleSkip', { name, actor: 'you' });
  if (asJson) context.print(JSON.stringify(result));
  else
    context.print(
      `${name}: its next start uses the login, tools and files that are here. Start it with: zap-fleet start ${name}`,
    );
  return 0;
};

const undo = async (context: CommandContext, name: string, asJson: boolean): Promise<number> => {
  const fleet = await context.connect([name]);
  const result = await fleet.request('bundleUndo', { name, actor: 'you' });
  if (asJson) context.print(JSON.stringify(result));
  else if (result.undone.length === 0) context.print(`${name}: what was replaced is what is here.`);
  else
    context.print(
      `${name}: ${result.undone.map((what) => belongingWords(what, 'en')).join(', ')} are again those that were changed here. To go back: zap-fleet bundle undo ${name}`,
    );
  return 0;
};

const remove = async (context: CommandContext, name: string, asJson: boolean): Promise<number> => {
  const fleet = await context.connect([name]);
  const result = await fleet.request('bundleRemove', { name, actor: 'you' });
  if (asJson) context.print(JSON.stringify(result));
  else context.print(`${name}: its bundles are removed from Supabase Storage.`);
  return 0;
};

const actions = { push, fetch, skip, undo, remove };
const isAction = (text: string): text is keyof typeof actions => Object.hasOwn(actions, text);

export const bundle: CommandSpec = {
  usage: 'bundle <action> [name]',
  completes: [['ls', 'push', 'fetch', 'skip', 'undo', 'remove'], 'session'],
  summary:
    'logins, tools and files in Supabase Storage, encrypted: ls [NAME], push NAME (take them there), fetch NAME (bring them here), skip NAME (start with those here), undo NAME (tools and files as they were before others came), remove NAME',
  example: 'zap-fleet bundle push padaria-joao',
  options: [jsonOption],
  run: async (context, [given, who], options) => {
    const action = textArgument(given);
    const asJson = flag(options, 'json');
    const name = who === undefined ? undefined : parseSessionName(textArgument(who));
    if (action === 'ls') return list(context, name, asJson);
    if (!isAction(action))
      throw new FleetError(
        'usage',
        `bundle takes ls, push, fetch, skip, undo or remove, not ${JSON.stringify(plainText(action))}.`,
      );
    if (name === undefined)
      throw new FleetError(
        'usage',
        `bundle ${action} needs a session. Example: zap-fleet bundle ${action} padaria-joao`,
      );
    return actions[action](context, name, asJson);
  },
};

import type { SessionRow } from '../../src/protocol/fleet.ts';
import { plainText } from '../../src/session/plain-text.ts';
import type { Actions } from '../actions/core/actions.ts';
import { editInstructions } from '../actions/edit-instructions.ts';
import {
  askByName,
  checkSession,
  linkSession,
  pairSession,
  pauseSessions,
  restartSessions,
  startSessions,
  stopSessions,
  whySession,
} from '../actions/session-actions.ts';
import type { Texts } from '../texts/texts.ts';
import type { View } from '../view-models/view.ts';

/** The command line (`:`): the same words as in the shell, mapped onto the door, and a few that only the screen knows. */

export interface CommandContext {
  readonly act: Actions;
  readonly view: View;
  /** What a command without a name acts on: the marked rows, the row under the cursor, or the open session. */
  readonly rows: readonly SessionRow[];
}

export interface Command {
  readonly name: string;
  readonly aliases: readonly string[];
  /** As shown when it is used wrongly. */
  readonly usage: string;
  /** What each argument can be; `session` completes names. */
  readonly arguments: readonly ('session' | 'text' | readonly string[])[];
  /** False: used wrongly. */
  readonly run: (args: readonly string[], context: CommandContext) => boolean;
}

const named = (args: readonly string[], context: CommandContext): readonly SessionRow[] | null => {
  if (args.length === 0) return context.rows;
  if (args[0] === '--all') return context.view.snapshot.sessions;
  const rows: SessionRow[] = [];
  for (const name of args) {
    const row = context.view.snapshot.sessions.find((found) => found.name === name);
    if (row === undefined) {
      context.act.notify(context.view.t.command.noSession(plainText(name)), true);
      return null;
    }
    rows.push(row);
  }
  return rows;
};

const onMany =
  (work: (act: Actions, rows: readonly SessionRow[]) => void) => (args: readonly string[], context: CommandContext) => {
    const rows = named(args, context);
    if (rows !== null && rows.length > 0) work(context.act, rows);
    return rows === null || rows.length > 0;
  };

const onOne =
  (work: (act: Actions, row: SessionRow, view: View) => void) => (args: readonly string[], context: CommandContext) => {
    const rows = named(args.slice(0, 1), context);
    const row = rows?.[0];
    if (row !== undefined) work(context.act, row, context.view);
    return rows === null || row !== undefined;
  };

const screen =
  (name: 'incidents' | 'logs' | 'chats' | 'cost' | 'qr-wall' | 'first-run' | 'fleet') =>
  (_: readonly string[], { act }: CommandContext) => {
    act.go({ screen: name });
    return true;
  };

/** One of the program's own commands, in this terminal. */
const program =
  (...words: readonly string[]) =>
  (_: readonly string[], { act }: CommandContext): true => {
    act.runProgram(words);
    return true;
  };

const tab = (to: 1 | 2 | 3 | 4 | 5 | 6) => onOne((act, row) => act.go({ screen: 'session', id: row.id, tab: to }));

const doing = (act: Actions, t: Texts, verb: string, name: string, work: () => Promise<unknown>): true => {
  act.run(verb, name, async () => {
    await work();
    return t.result.done(verb, name);
  });
  return true;
};

const actor = 'you';

/** A value as typed: JSON where it is JSON (`true`, `3000`, `null`, `["a"]`), else the text itself. */
export const typedValue = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
};

const one: readonly ['session'] = ['session'];
const command = (
  name: string,
  usage: string,
  args: Command['arguments'],
  run: Command['run'],
  aliases: readonly string[] = [],
): Command => ({ name, aliases, usage, arguments: args, run });

export const commands: readonly Command[] = [
  command('create', 'create [NAME]', ['text'], (args, { act, view }) => {
    const name = args[0];
    if (name === undefined) {
      act.open({ kind: 'create' });
      return true;
    }
    return doing(act, view.t, view.t.verb.create, name, () => act.request('create', { name, actor }));
  }),
  command('start', 'start [NAME...|--all]', one, onMany(startSessions)),
  command('stop', 'stop [NAME...|--all]', one, onMany(stopSessions)),
  command('restart', 'restart [NAME...|--all]', one, onMany(restartSessions)),
  command(
    'logout',
    'logout [NAME]',
    one,
    onMany((act, rows) => askByName(act, 'logout', rows)),
    ['unlink'],
  ),
  command(
    'delete',
    'delete [NAME]',
    one,
    onMany((act, rows) => askByName(act, 'delete', rows)),
  ),
  command(
    'reset',
    'reset [NAME]',
    one,
    onOne((act, row) => {
      const t = act.texts();
      act.open({
        kind: 'ask',
        title: t.dialog.askTitle(t.verb.reset, row.name),
        lines: [t.dialog.logoutWhat],
        targets: [{ id: row.id, name: row.name, revision: row.revision, verdict: row.verdict }],
        yes: () =>
          doing(act, t, t.verb.reset, row.name, () => act.request('reset', { name: row.name, id: row.id, actor })),
      });
    }),
  ),
  command(
    'pause',
    'pause [NAME...]',
    one,
    onMany((act, rows) =>
      pauseSessions(
        act,
        rows.filter(({ replies }) => replies === 'on'),
      ),
    ),
  ),
  command(
    'resume',
    'resume [NAME...]',
    one,
    onMany((act, rows) =>
      pauseSessions(
        act,
        rows.filter(({ replies }) => replies !== 'on'),
      ),
    ),
  ),
  command('watch', 'watch [NAME] on|off', ['session', ['on', 'off']], (args, context) => {
    const last = args.at(-1);
    if (last !== 'on' && last !== 'off') return false;
    const row = named(args.slice(0, -1), context)?.[0];
    if (row === undefined) return args.length > 1;
    const { act, view } = context;
    return doing(act, view.t, `watch ${last}`, row.name, () =>
      act.request('watch', { name: row.name, on: last === 'on', actor }),
    );
  }),
  command('pair', 'pair [NAME]', one, onOne(pairSession)),
  command('link', 'link [NAME]', one, onOne(linkSession)),
  command(
    'revoke',
    'revoke [NAME]',
    one,
    onOne((act, row) => {
      doing(act, act.texts(), 'revoke', row.name, () => act.request('revokeLink', { name: row.name, actor }));
    }),
  ),
  command('check', 'check [NAME]', one, onOne(checkSession)),
  command('why', 'why [NAME]', one, onOne(whySession)),
  command('send', 'send NAME CHAT TEXT', ['session', 'text', 'text'], (args, { act, view }) => {
    const [name, chat, ...words] = args;
    if (name === undefined || chat === undefined || words.length === 0) return false;
    return doing(act, view.t, 'send', name, () => act.request('send', { name, chat, text: words.join(' '), actor }));
  }),
  command('config', 'config NAME KEY VALUE', ['session', 'text', 'text'], (args, context) => {
    const [name, key, ...value] = args;
    if (key === undefined || value.length === 0) return tab(5)(name === undefined ? [] : [name], context);
    const { act, view } = context;
    return doing(act, view.t, key, name ?? '', () =>
      act.request('setConfig', { name: name ?? '', key, value: typedValue(value.join(' ')), actor }),
    );
  }),
  command(
    'prompt',
    'prompt [NAME]',
    one,
    onOne((act, row) => editInstructions(act, row.name)),
  ),
  command('rollback', 'rollback NAME VERSION', ['session', 'text'], (args, { act, view }) => {
    const [name, version] = args;
    if (name === undefined || !/^\d+$/.test(version ?? '')) return false;
    return doing(act, view.t, 'rollback', name, () =>
      act.request('promptRollback', { name, version: Number(version), actor }),
    );
  }),
  command(
    'loglevel',
    'loglevel NAME|fleet debug|info|warn|error',
    ['session', ['debug', 'info', 'warn', 'error']],
    (args, { act, view }) => {
      const [name, level] = args;
      if (name === undefined || (level !== 'debug' && level !== 'info' && level !== 'warn' && level !== 'error'))
        return false;
      return doing(act, view.t, 'loglevel', name, () =>
        act.request('logLevel', { name: name === 'fleet' ? null : name, level, actor }),
      );
    },
  ),
  command('fleet', 'fleet', [], screen('fleet'), ['ls']),
  command('incidents', 'incidents', [], screen('incidents')),
  command('cost', 'cost [NAME]', one, (args, context) =>
    args.length === 0 ? screen('cost')(args, context) : tab(6)(args, context),
  ),
  command('logs', 'logs [NAME]', one, (args, context) =>
    args.length === 0 ? screen('logs')(args, context) : tab(3)(args, context),
  ),
  command('chats', 'chats [NAME]', one, (args, context) =>
    args.length === 0 ? screen('chats')(args, context) : tab(2)(args, context),
  ),
  command('events', 'events [NAME]', one, tab(4)),
  command('qr', 'qr [NAME]', one, (args, context) =>
    args.length === 0 ? screen('qr-wall')(args, context) : tab(1)(args, context),
  ),
  command('first', 'first', [], screen('first-run'), ['init']),
  command(
    'try',
    'try [NAME]',
    one,
    onOne((act, row) => act.runProgram(['try', row.name])),
  ),
  command('demo', 'demo', [], program('--demo')),
  command('doctor', 'doctor', [], program('doctor')),
  command('master', 'master start|stop', [['start', 'stop']], (args, { act, view }) => {
    const { t } = view;
    if (args[0] === 'start') return doing(act, t, t.verb.start, 'master', () => act.operations.startMaster());
    if (args[0] !== 'stop') return false;
    act.open({
      kind: 'ask',
      title: t.dialog.askTitle(t.verb.stop, 'master'),
      lines: [t.command.masterStop],
      targets: [],
      yes: () => doing(act, t, t.verb.stop, 'master', () => act.request('masterStop', { sessions: false, actor })),
    });
    return true;
  }),
  command('lang', 'lang en|pt-BR', [['en', 'pt-BR']], (args, { act }) => {
    const language = args[0] === 'en' ? 'en' : /^pt/i.test(args[0] ?? '') ? 'pt-BR' : null;
    if (language === null) return false;
    act.prefer({ language });
    return true;
  }),
  command('theme', 'theme auto|256|16|plain', [['auto', '256', '16', 'plain']], (args, { act, view }) => {
    const theme = args[0];
    if (theme !== 'auto' && theme !== '256' && theme !== '16' && theme !== 'plain') return false;
    act.prefer({ theme });
    act.notify(view.t.result.theme(theme));
    return true;
  }),
  command('mouse', 'mouse [on|off]', [['on', 'off']], (args, { act, view }) => {
    const mouse = args[0] === undefined ? !act.preferences().mouse : args[0] === 'on';
    act.prefer({ mouse });
    act.notify(view.t.result.mouse(mouse));
    return true;
  }),
  command(
    'hide',
    'hide COLUMN',
    [['last', 'inOut', 'cpu', 'mem', 'trend', 'restarts', 'cost', 'ai', 'port', 'for']],
    (args, { act }) => {
      const found = (['last', 'inOut', 'cpu', 'mem', 'trend', 'restarts', 'cost', 'ai', 'port', 'for'] as const).find(
        (id) => id === args[0],
      );
      if (found === undefined) return false;
      act.prefer({ hiddenColumns: [...new Set([...act.preferences().hiddenColumns, found])] });
      return true;
    },
  ),
  command('show', 'show all', [['all']], (_, { act }) => {
    act.prefer({ hiddenColumns: [] });
    return true;
  }),
  command('help', 'help', [], (_, { act }) => {
    act.showHelp();
    return true;
  }),
  command(
    'quit',
    'quit',
    [],
    (_, { act }) => {
      act.quit();
      return true;
    },
    ['q', 'q!', 'exit'],
  ),
];

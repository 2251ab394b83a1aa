import { at } from '../keys/footers.ts';
import { defineAction } from './core/action.ts';
import type { Context } from './core/contexts.ts';
import { onFirstNamed } from './core/named-sessions.ts';

/** Who is told what happens in a session: a screen. What its keys do is loaded with the first of them. */

const flow =
  (name: 'addHook' | 'editHook' | 'testHook' | 'newSecret' | 'sendAgain' | 'removeHook') =>
  (context: Context<'hook'>): void =>
    void import('./flows/hook-flows.ts').then((flows) => flows[name](context));

export const hooks = [
  defineAction({
    id: 'open-hooks',
    commands: [
      {
        name: 'hooks',
        aliases: ['hook'],
        usage: 'hooks [NAME]',
        arguments: ['session'],
        run: onFirstNamed((act, row) => act.go({ screen: 'hooks', id: row.id })),
      },
    ],
  }),
  defineAction({
    id: 'add-hook',
    key: { names: ['c'], on: ['hooks'], helpWith: 'add-tool' },
    footer: { hooks: at(1, 1, 'addHook') },
    run: { hook: flow('addHook') },
  }),
  defineAction({
    id: 'edit-hook',
    key: { names: ['e'], on: ['hooks'], helpWith: 'add-tool' },
    footer: { hooks: at(2, 2, 'change') },
    run: { hook: flow('editHook') },
  }),
  defineAction({
    id: 'test-hook',
    key: { names: ['t'], on: ['hooks'], helpWith: 'add-tool' },
    footer: { hooks: at(3, 3, 'testTool') },
    run: { hook: flow('testHook') },
  }),
  defineAction({
    id: 'hook-again',
    key: { names: ['a'], on: ['hooks'], guard: 'ask', helpWith: 'add-tool' },
    footer: { hooks: at(4, 4, 'sendAgain') },
    run: { hook: flow('sendAgain') },
  }),
  defineAction({
    id: 'hook-secret',
    key: { names: ['s'], on: ['hooks'], guard: 'ask', helpWith: 'add-tool' },
    footer: { hooks: at(5, 6, 'secret') },
    run: { hook: flow('newSecret') },
  }),
  defineAction({
    id: 'remove-hook',
    key: { names: ['X'], on: ['hooks'], guard: 'ask', helpWith: 'add-tool' },
    footer: { hooks: at(6, 5, 'remove') },
    run: { hook: flow('removeHook') },
  }),
] as const;

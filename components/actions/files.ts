import { at } from '../keys/footers.ts';
import { defineAction } from './core/action.ts';
import type { Context } from './core/contexts.ts';
import { onFirstNamed } from './core/named-sessions.ts';

/** What a session's bot may send: a screen. What its keys do is loaded with the first of them. */

const flow =
  (name: 'addFile' | 'removeFile') =>
  (context: Context<'file'>): void =>
    void import('./flows/file-flows.ts').then((flows) => flows[name](context));

export const files = [
  defineAction({
    id: 'open-files',
    commands: [
      {
        name: 'files',
        usage: 'files [NAME]',
        arguments: ['session'],
        run: onFirstNamed((act, row) => act.go({ screen: 'files', id: row.id })),
      },
    ],
  }),
  defineAction({
    id: 'add-file',
    key: { names: ['c'], on: ['files'], helpWith: 'add-tool' },
    footer: { files: at(1, 1, 'addFile') },
    run: { file: flow('addFile') },
  }),
  defineAction({
    id: 'remove-file',
    key: { names: ['X'], on: ['files'], guard: 'ask', helpWith: 'add-tool' },
    footer: { files: at(2, 2, 'remove') },
    run: { file: flow('removeFile') },
  }),
] as const;

import { at } from '../keys/footers.ts';
import { defineAction } from './core/action.ts';
import type { Context } from './core/contexts.ts';
import { onFirstNamed } from './core/named-sessions.ts';

/**
 * What a session has beside its tabs: tools, knowledge, files to send, hooks. A screen each, whose keys are the same wherever they mean
 * the same. What they do is loaded with the first of them.
 */

const toolFlow =
  (flow: 'addTool' | 'editTool' | 'testTool' | 'giveSecret' | 'removeTool') =>
  (context: Context<'tool'>): void =>
    void import('./flows/tool-flows.ts').then((flows) => flows[flow](context));

const knowledgeFlow =
  (flow: 'addFile' | 'searchFiles' | 'removeFile' | 'showPassages') =>
  (context: Context<'knowledge'>): void =>
    void import('./flows/knowledge-flows.ts').then((flows) => flows[flow](context));

const fileFlow =
  (flow: 'addFile' | 'removeFile') =>
  (context: Context<'file'>): void =>
    void import('./flows/file-flows.ts').then((flows) => flows[flow](context));

const hookFlow =
  (flow: 'addHook' | 'editHook' | 'testHook' | 'newSecret' | 'sendAgain' | 'removeHook') =>
  (context: Context<'hook'>): void =>
    void import('./flows/hook-flows.ts').then((flows) => flows[flow](context));

export const showPassages = knowledgeFlow('showPassages');

const opens = (name: 'tools' | 'knowledge' | 'files' | 'hooks', ...aliases: readonly string[]) => ({
  name,
  aliases,
  usage: `${name} [NAME]`,
  arguments: ['session'] as const,
  run: onFirstNamed((act, row) => act.go({ screen: name, id: row.id })),
});

export const places = [
  defineAction({ id: 'open-tools', commands: [opens('tools', 'tool')] }),
  defineAction({ id: 'open-knowledge', commands: [opens('knowledge')] }),
  defineAction({ id: 'open-files', commands: [opens('files')] }),
  defineAction({ id: 'open-hooks', commands: [opens('hooks', 'hook')] }),
  defineAction({
    id: 'add-one',
    key: {
      names: ['c'],
      on: ['tools', 'knowledge', 'files', 'hooks'],
      help: { section: 'act', place: 9.91, keys: 'c' },
    },
    footer: {
      tools: at(1, 1, 'addTool'),
      knowledge: at(2, 1, 'addFile'),
      files: at(1, 1, 'addFile'),
      hooks: at(1, 1, 'addHook'),
    },
    run: {
      tool: toolFlow('addTool'),
      knowledge: knowledgeFlow('addFile'),
      file: fileFlow('addFile'),
      hook: hookFlow('addHook'),
    },
  }),
  defineAction({
    id: 'change-one',
    key: { names: ['e'], on: ['tools', 'hooks'], help: { section: 'act', place: 9.92, keys: 'e' } },
    footer: { tools: at(2, 2, 'change'), hooks: at(2, 2, 'change') },
    run: { tool: toolFlow('editTool'), hook: hookFlow('editHook') },
  }),
  defineAction({
    id: 'try-one',
    key: { names: ['t'], on: ['tools', 'hooks'], help: { section: 'act', place: 9.93, keys: 't' } },
    footer: { tools: at(3, 3, 'testTool'), hooks: at(3, 3, 'testTool') },
    run: { tool: toolFlow('testTool'), hook: hookFlow('testHook') },
  }),
  defineAction({
    id: 'search-knowledge',
    key: { names: ['t'], on: ['knowledge'], help: { section: 'look', place: 3.5, keys: 't' } },
    footer: { knowledge: at(3, 3, 'tryWords') },
    run: { knowledge: knowledgeFlow('searchFiles') },
  }),
  defineAction({
    id: 'send-again',
    key: { names: ['a'], on: ['hooks'], guard: 'ask', help: { section: 'act', place: 9.94, keys: 'a' } },
    footer: { hooks: at(4, 4, 'sendAgain') },
    run: { hook: hookFlow('sendAgain') },
  }),
  defineAction({
    id: 'give-secret',
    key: { names: ['s'], on: ['tools', 'hooks'], guard: 'ask', help: { section: 'act', place: 9.95, keys: 's' } },
    footer: { tools: at(4, 5, 'secret'), hooks: at(5, 6, 'secret') },
    run: { tool: toolFlow('giveSecret'), hook: hookFlow('newSecret') },
  }),
  defineAction({
    id: 'remove-one',
    key: {
      names: ['X'],
      on: ['tools', 'knowledge', 'files', 'hooks'],
      guard: 'ask',
      help: { section: 'act', place: 9.96, keys: 'X' },
    },
    footer: {
      tools: at(5, 4, 'remove'),
      knowledge: at(4, 4, 'remove'),
      files: at(2, 2, 'remove'),
      hooks: at(6, 5, 'remove'),
    },
    run: {
      tool: toolFlow('removeTool'),
      knowledge: knowledgeFlow('removeFile'),
      file: fileFlow('removeFile'),
      hook: hookFlow('removeHook'),
    },
  }),
] as const;

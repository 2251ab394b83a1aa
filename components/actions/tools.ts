import { at } from '../keys/footers.ts';
import { defineAction } from './core/action.ts';
import type { Context } from './core/contexts.ts';
import { onFirstNamed } from './core/named-sessions.ts';

/** What a session's AI may do and what it knows from files: two screens. What their keys do is loaded with the first of them. */

const toolFlow =
  (flow: 'addTool' | 'editTool' | 'testTool' | 'giveSecret' | 'removeTool') =>
  (context: Context<'tool'>): void =>
    void import('./flows/tool-flows.ts').then((flows) => flows[flow](context));

const knowledgeFlow =
  (flow: 'addFile' | 'searchFiles' | 'removeFile') =>
  (context: Context<'knowledge'>): void =>
    void import('./flows/knowledge-flows.ts').then((flows) => flows[flow](context));

export const showPassages = (context: Context<'knowledge'>): void =>
  void import('./flows/knowledge-flows.ts').then((flows) => flows.showPassages(context));

export const tools = [
  defineAction({
    id: 'open-tools',
    commands: [
      {
        name: 'tools',
        aliases: ['tool'],
        usage: 'tools [NAME]',
        arguments: ['session'],
        run: onFirstNamed((act, row) => act.go({ screen: 'tools', id: row.id })),
      },
    ],
  }),
  defineAction({
    id: 'open-knowledge',
    commands: [
      {
        name: 'knowledge',
        usage: 'knowledge [NAME]',
        arguments: ['session'],
        run: onFirstNamed((act, row) => act.go({ screen: 'knowledge', id: row.id })),
      },
    ],
  }),
  defineAction({
    id: 'add-tool',
    key: { names: ['c'], on: ['tools'], help: { section: 'act', place: 9.91, keys: 'c t' } },
    footer: { tools: at(1, 1, 'addTool') },
    run: { tool: toolFlow('addTool') },
  }),
  defineAction({
    id: 'edit-tool',
    key: { names: ['e'], on: ['tools'], helpWith: 'add-tool' },
    footer: { tools: at(2, 2, 'change') },
    run: { tool: toolFlow('editTool') },
  }),
  defineAction({
    id: 'test-tool',
    key: { names: ['t'], on: ['tools'], helpWith: 'add-tool' },
    footer: { tools: at(3, 3, 'testTool') },
    run: { tool: toolFlow('testTool') },
  }),
  defineAction({
    id: 'tool-secret',
    key: { names: ['s'], on: ['tools'], helpWith: 'add-tool' },
    footer: { tools: at(4, 5, 'secret') },
    run: { tool: toolFlow('giveSecret') },
  }),
  defineAction({
    id: 'remove-tool',
    key: { names: ['X'], on: ['tools'], guard: 'ask', helpWith: 'add-tool' },
    footer: { tools: at(5, 4, 'remove') },
    run: { tool: toolFlow('removeTool') },
  }),
  defineAction({
    id: 'add-knowledge',
    key: { names: ['c'], on: ['knowledge'], helpWith: 'add-tool' },
    footer: { knowledge: at(2, 1, 'addFile') },
    run: { knowledge: knowledgeFlow('addFile') },
  }),
  defineAction({
    id: 'search-knowledge',
    key: { names: ['t'], on: ['knowledge'], helpWith: 'add-tool' },
    footer: { knowledge: at(3, 3, 'tryWords') },
    run: { knowledge: knowledgeFlow('searchFiles') },
  }),
  defineAction({
    id: 'remove-knowledge',
    key: { names: ['X'], on: ['knowledge'], guard: 'ask', helpWith: 'add-tool' },
    footer: { knowledge: at(4, 4, 'remove') },
    run: { knowledge: knowledgeFlow('removeFile') },
  }),
] as const;

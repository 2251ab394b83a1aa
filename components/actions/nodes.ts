import { plainText } from '../../src/session/plain-text.ts';
import { at } from '../keys/footers.ts';
import type { NodeRow } from '../view-models/nodes.ts';
import { defineAction } from './core/action.ts';
import type { Actions } from './core/actions.ts';
import type { Context } from './core/contexts.ts';
import { actor } from './core/session-requests.ts';
import { screenCommand } from './screens.ts';

/** The servers: the screen that lists them, and draining one. */

/** A server by its id where the group knows it: the dashboard's own name of it may be another one. */
const named = ({ group, name }: NodeRow): string => group?.nodeId ?? name;

const drainNode = (act: Actions, row: NodeRow, draining: boolean, reload: () => void): void => {
  const { nodes, verb } = act.texts();
  const name = plainText(row.name);
  act.run(draining ? verb.drain : verb.undrain, name, async () => {
    const request = act.request('nodeDrain', { node: named(row), draining, actor });
    setTimeout(reload, 1000);
    const { drained } = await request;
    reload();
    if (!draining) return nodes.takesAgain(name);
    if (drained === null) return nodes.drainsItself(name);
    return drained.cancelled ? nodes.ended(name) : nodes.drainedNow(name, drained.moved.length, drained.stayed.length);
  });
};

const askDrain = ({ act, node, reload }: Context<'node'>): void => {
  if (node === undefined) return;
  const { nodes, verb, dialog } = act.texts();
  const name = plainText(node.name);
  if (node.group === null) {
    act.notify(nodes.notInGroup(name), true);
    return;
  }
  const { sessions } = node.group;
  act.open({
    kind: 'ask',
    title: dialog.askTitle(verb.drain, name),
    lines: [nodes.drainWhat(sessions), nodes.drainHere],
    targets: [],
    yes: () => drainNode(act, node, true, reload),
  });
};

const undrain = ({ act, node, reload }: Context<'node'>): void => {
  if (node !== undefined) drainNode(act, node, false, reload);
};

export const nodes = [
  defineAction({
    id: 'open-nodes',
    commands: [{ name: 'node', aliases: ['nodes'], usage: 'node', run: screenCommand('nodes') }],
  }),
  defineAction({
    id: 'drain',
    key: { names: ['D'], on: ['nodes'], guard: 'ask', help: { section: 'stops', place: 4, keys: 'D' } },
    footer: { nodes: at(2, 2, 'drain') },
    run: { node: askDrain },
  }),
  defineAction({
    id: 'undrain',
    key: { names: ['U'], on: ['nodes'], help: { section: 'act', place: 9.7, keys: 'U' } },
    footer: { nodes: at(3, 3, 'undrain') },
    run: { node: undrain },
  }),
] as const;

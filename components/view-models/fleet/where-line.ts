import type { NodeState } from '../../../src/protocol/fleet.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { glyph } from '../../paint/glyphs.ts';
import { cut, type Line, lineWidth, span } from '../../paint/line.ts';
import type { View } from '../view.ts';

/** Where the fleet is: its host, or its nodes, each with a light. */

const hostWidth = 20;
const nodeWidth = 16;

const nodesOf = (view: View): readonly NodeState[] => {
  const nodes = view.snapshot.nodes ?? [];
  return nodes.length > 1 ? nodes : [];
};

/** In a few words. */
export const whereWords = (view: View): string => {
  const nodes = nodesOf(view);
  return nodes.length === 0 ? plainText(view.snapshot.fleet.host) : view.t.header.nodes(nodes.length);
};

const isWell = ({ state, light }: NodeState): boolean =>
  state === 'open' && (light.status === 'ok' || light.status === 'off');

const nodeLine = (node: NodeState): Line => {
  const name = cut(plainText(node.name), nodeWidth);
  if (node.state === 'lost') return [span(name, 'bad+'), span(` ${glyph.gaveUp}`, 'bad')];
  if (isWell(node)) return [span(name, 'muted'), span(` ${glyph.answers}`, 'ok')];
  return node.light.status === 'bad'
    ? [span(name, 'bad+'), span(` ${glyph.needsYou}`, 'bad')]
    : [span(name, 'warn+'), span(` ${glyph.needsYou}`, 'warn')];
};

const spaced = (lines: readonly Line[]): Line =>
  lines.flatMap((line, index) => (index === 0 ? line : [span('  '), ...line]));

/** As much of it as `width` has room for: every node, else those that are not well, else how many there are. */
export const whereLine = (view: View, width: number): Line => {
  const nodes = nodesOf(view);
  const words: Line = [span(cut(whereWords(view), hostWidth), 'muted')];
  if (nodes.length === 0) return words;

  const ill = nodes.filter((node) => !isWell(node));
  const candidates = [spaced(nodes.map(nodeLine)), spaced([words, ...ill.map(nodeLine)])];
  return candidates.find((line) => lineWidth(line) <= width) ?? words;
};

import type { FleetResults } from '../../../src/protocol/fleet-api.ts';
import { type GroupNode, type InHand, isSilent } from '../../../src/session/group-node.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { age } from '../../paint/format.ts';
import { glyph } from '../../paint/glyphs.ts';
import { keyLine } from '../../paint/key-line.ts';
import { cut, emptyLine, type Line, onGround, padEnd, span, textLine } from '../../paint/line.ts';
import type { Target } from '../dialog-kinds.ts';
import { saidIn } from '../told.ts';
import { sessionById, type View } from '../view.ts';
import { dialogLines, dialogWidth, insideOf, wrapped } from './dialog-frame.ts';
import { aboutAll, calledOf, pinState, problemLines } from './dialog-subject.ts';

/** Where a session can go: every server with its room, and why not, where it cannot. */

export type MoveTargets = FleetResults['moveTargets'];

/** Null while they are asked for; a sentence: nobody could be asked. */
export interface MoveChoice {
  readonly targets: MoveTargets | null;
  readonly problem: string | null;
  readonly cursor: number;
}

/** More servers are scrolled. */
const shownServers = 8;

/** What fits there, or the shorter reason why that does not matter. */
const standingOf = (node: GroupNode, { t }: View): string => {
  if (isSilent(node)) return node.silentMs === null ? t.nodes.never : t.nodes.silent(age(node.silentMs));
  return node.draining ? t.nodes.drained : t.move.room(node.room ?? 0);
};

const serverLine = (
  { node, obstacle }: MoveTargets['targets'][number],
  isCursor: boolean,
  view: View,
  inside: number,
): Line => {
  const name = padEnd(cut(plainText(node.name), 24), 26);
  const line: Line = [
    span(isCursor ? `${glyph.cursor} ` : '  ', 'accent+'),
    span(`${obstacle === null ? glyph.answers : glyph.off} `, obstacle === null ? 'ok' : 'muted'),
    span(name, obstacle === null ? 'bold' : 'muted'),
    span(standingOf(node, view), obstacle === null ? 'plain' : 'muted'),
  ];
  return isCursor ? onGround(line, 'cursor', inside) : line;
};

/** What its bot has in its hands, and whether that goes along; nothing where it has nothing. */
const handLines = ({ t }: View, { stays, travels }: MoveTargets, inside: number): readonly Line[] => {
  const inHand = (one: MoveTargets['stays']): InHand | null => {
    const { tools, files, sends = 0, hooks = 0 } = one ?? { tools: 0, files: 0 };
    return tools + files + sends + hooks === 0 ? null : { tools, files, sends, hooks };
  };
  const [left, along] = [inHand(stays), inHand(travels)];
  if (left !== null) return [emptyLine, ...wrapped(t.move.doesNotTravel(left), inside, 'warn')];
  return along === null ? [] : [emptyLine, ...wrapped(t.move.travels(along), inside, 'muted')];
};

const choiceLines = (view: View, { targets, problem, cursor }: MoveChoice, inside: number): readonly Line[] => {
  const { t } = view;
  if (problem !== null) return problemLines(saidIn(view, plainText(problem)), inside);
  if (targets === null) return [textLine(t.why.loading, 'muted')];
  if (targets.targets.length === 0) return wrapped(t.move.none, inside, 'muted');

  const top = Math.max(0, Math.min(cursor - shownServers + 1, targets.targets.length - shownServers));
  const shown = targets.targets.slice(top, top + shownServers);
  const obstacle = targets.targets[cursor]?.obstacle ?? null;
  return [
    textLine(t.move.from(plainText(targets.from)), 'muted'),
    ...shown.map((each, index) => serverLine(each, top + index === cursor, view, inside)),
    ...(obstacle === null ? [] : [emptyLine, ...wrapped(saidIn(view, plainText(obstacle)), inside, 'warn')]),
    ...(targets.asksForQr === null || obstacle !== null
      ? []
      : [emptyLine, ...wrapped(t.move.qr(saidIn(view, plainText(targets.asksForQr))), inside, 'warn')]),
    ...(obstacle !== null ? [] : handLines(view, targets, inside)),
  ];
};

export const moveBox = (view: View, target: Target, choice: MoveChoice): readonly Line[] => {
  const { t } = view;
  const width = dialogWidth(view);
  const inside = insideOf(width);
  const pin = pinState(view, [target]);
  const runs = sessionById(view, target.id)?.desiredState === 'running';
  return dialogLines(view, {
    title: t.move.title(calledOf(view, target)),
    tone: 'warn',
    width,
    content: [
      ...aboutAll(view, [target], inside),
      emptyLine,
      ...wrapped(runs ? t.move.what : t.move.stopped, inside),
      emptyLine,
      ...choiceLines(view, choice, inside),
      ...(pin === 'gone' ? [emptyLine, ...problemLines(t.dialog.gone, inside)] : []),
      emptyLine,
      keyLine(t.move.keys),
    ],
  });
};

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
import { dialogLines, dialogWidth, inRoom, insideOf, type Spared, wrapped } from './dialog-frame.ts';
import { aboutAll, calledOf, pinState, problemLines } from './dialog-subject.ts';

/** Where a session can go: every server with its room, and why not, where it cannot. */

export type MoveTargets = FleetResults['moveTargets'];

/** Null while they are asked for; a sentence: nobody could be asked. */
export interface MoveChoice {
  readonly targets: MoveTargets | null;
  readonly problem: string | null;
  readonly cursor: number;
}

/** More servers are scrolled; a low window has room for these alone. */
const shownServers = (view: View): number => (view.rows < 20 ? 3 : 8);

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
  // Why it is or is not possible is read whole.
  const nameWidth = Math.max(8, Math.min(24, inside - 4 - 18));
  const name = padEnd(cut(plainText(node.name), nameWidth), nameWidth + 2);
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
  if (left !== null) return wrapped(t.move.doesNotTravel(left), inside, 'warn');
  return along === null ? [] : wrapped(t.move.travels(along), inside, 'muted');
};

/** What a low window does without first. */
const spare = { what: 5, about: 4, from: 3, hands: 2 } as const;

const paragraph = (lines: readonly Line[], least: number): readonly Spared[] =>
  lines.length === 0 ? [] : [[0, emptyLine], ...lines.map((line): Spared => [least, line])];

const choiceLines = (view: View, { targets, problem, cursor }: MoveChoice, inside: number): readonly Spared[] => {
  const { t } = view;
  const needed = (lines: readonly Line[]): readonly Spared[] => lines.map((line) => [0, line]);
  if (problem !== null) return needed(problemLines(saidIn(view, plainText(problem)), inside));
  if (targets === null) return needed([textLine(t.why.loading, 'muted')]);
  if (targets.targets.length === 0) return needed(wrapped(t.move.none, inside, 'muted'));

  const most = shownServers(view);
  const top = Math.max(0, Math.min(cursor - most + 1, targets.targets.length - most));
  const shown = targets.targets.slice(top, top + most);
  const obstacle = targets.targets[cursor]?.obstacle ?? null;
  const asksForQr =
    targets.asksForQr === null || obstacle !== null
      ? []
      : wrapped(t.move.qr(saidIn(view, plainText(targets.asksForQr))), inside, 'warn');
  return [
    [spare.from, textLine(t.move.from(plainText(targets.from)), 'muted')],
    ...needed(shown.map((each, index) => serverLine(each, top + index === cursor, view, inside))),
    ...paragraph(obstacle === null ? [] : wrapped(saidIn(view, plainText(obstacle)), inside, 'warn'), 0),
    ...paragraph(asksForQr, 0),
    ...paragraph(obstacle === null ? handLines(view, targets, inside) : [], spare.hands),
  ];
};

export const moveBox = (view: View, target: Target, choice: MoveChoice): readonly Line[] => {
  const { t } = view;
  const width = dialogWidth(view);
  const inside = insideOf(width);
  const pin = pinState(view, [target]);
  const runs = sessionById(view, target.id)?.desiredState === 'running';
  const lines: readonly Spared[] = [
    ...aboutAll(view, [target], inside).map((line): Spared => [spare.about, line]),
    ...paragraph(wrapped(runs ? t.move.what : t.move.stopped, inside), spare.what),
    [0, emptyLine],
    ...choiceLines(view, choice, inside),
    ...paragraph(pin === 'gone' ? problemLines(t.dialog.gone, inside) : [], 0),
    [0, emptyLine],
    [0, keyLine(t.move.keys)],
  ];
  return dialogLines(view, {
    title: t.move.title(calledOf(view, target)),
    tone: 'warn',
    width,
    content: inRoom(lines, view.rows - 2),
  });
};

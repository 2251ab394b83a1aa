import { plainText } from '../../src/session/plain-text.ts';
import { boxed } from '../paint/box.ts';
import { glyph } from '../paint/glyphs.ts';
import { type Line, onGround, span, textLine } from '../paint/line.ts';
import { type FirstRunState, zoneChoices } from './first-run-steps.ts';
import type { View } from './view.ts';

/** The zones to pick from, the one under the cursor in the middle of those that have room. */
export const zonesBox = (view: View, state: FirstRunState, rows: number): readonly Line[] => {
  const { firstRun } = view.t;
  const width = view.columns - 1;
  const inner = width - 4;
  const choices = zoneChoices(state);
  const room = Math.max(1, rows - 2);
  const top = Math.max(0, Math.min(choices.length - room, state.zoneAt - Math.floor(room / 2)));
  const lines = choices.slice(top, top + room).map((zone, index): Line => {
    const isPointed = top + index === state.zoneAt;
    const isPicked = zone === state.zone;
    const line: Line = [
      span(isPointed ? `${glyph.cursor} ` : '  ', 'accent+'),
      span(zone.replaceAll('_', ' '), isPointed ? 'bold' : 'plain'),
      ...(isPicked ? [span(`  ${glyph.done}`, 'ok+')] : []),
    ];
    return isPointed ? onGround(line, 'cursor', inner) : line;
  });
  const shown = choices.length === 0 ? firstRun.zonesHint : firstRun.zonesShown(state.zoneAt + 1, choices.length);
  return boxed({
    title: [span(firstRun.zones, 'bold'), ...(width < 60 ? [] : [span(`  ${firstRun.zonesHint}`, 'muted')])],
    right: [span(shown, 'muted')],
    width,
    rows: room + 2,
    content: lines.length > 0 ? lines : [textLine(firstRun.noZone(plainText(state.zoneSearch.text)), 'warn')],
  });
};

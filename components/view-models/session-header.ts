import type { SessionRow } from '../../src/protocol/fleet.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { verdictLooks } from '../../src/session/verdict.ts';
import { age } from '../paint/format.ts';
import { type Line, layout, place, textWidth } from '../paint/line.ts';
import { footerLine } from './footer.ts';
import { isWide, pathLine } from './header.ts';
import { rowFooter } from './row-footer.ts';
import { stateTone } from './session-cells.ts';
import type { View } from './view.ts';

/** The two lines above every tab of a session, and the two below. */

const sessionTitle = (row: SessionRow, view: View): Line => {
  const label = isWide(view) && row.label !== '' && row.label !== row.name ? `  "${plainText(row.label)}"` : '';
  const sim = row.engine === 'simulated' ? `  ${view.t.detail.sim}` : '';
  const state = `${verdictLooks[row.verdict].symbol} ${view.t.verdict[row.verdict]} ${age(view.now - row.since)}`;
  // On a phone the name is what must not be cut.
  const path = view.columns < 60 ? row.name : `zap-fleet > ${row.name}${label}${sim}`;
  return pathLine(view, path, {
    column: 0,
    text: state,
    tone: stateTone(row),
  });
};

const tabsLine = (view: View, active: number): Line => {
  const wide = view.columns >= 90;
  const text = view.t.session.tabs
    .map((name, index) => {
      const number = index + 1;
      if (number !== active) return `${number} ${name}`;
      return wide ? `[${number} ${name}]` : `[${number}]${name}`;
    })
    .join(wide ? '  ' : ' ');
  if (textWidth(text) > view.columns - 2) {
    // Where not all names fit, the numbers do, and the name of the one that is open.
    const short = view.t.session.tabs.map((name, index) =>
      index + 1 === active ? `[${active} ${name}]` : `${index + 1}`,
    );
    return layout([place(1, short.join(' '))], view.columns - 1);
  }
  return layout([place(1, text)], view.columns - 1);
};

export const sessionHead = (row: SessionRow, view: View, tab: number): readonly Line[] => [
  sessionTitle(row, view),
  tabsLine(view, tab),
];

/** The last line of every tab. */
export const tabFoot = (view: View): Line => footerLine(view, view.keys.footer('session'), view.keys.footer('end'));

export const sessionFoot = (row: SessionRow, view: View): readonly Line[] => [
  footerLine(
    view,
    rowFooter(row, view).filter(({ action }) => action !== 'open'),
  ),
  tabFoot(view),
];

import type { SessionRow } from '../../src/protocol/fleet.ts';
import type { Line } from '../paint/line.ts';
import { rowFooter } from './fleet/row-footer.ts';
import { footerLine } from './footer.ts';
import type { View } from './view.ts';

/** The two lines below every tab of a session. */

/** The last line of every tab. */
export const tabFoot = (view: View): Line => footerLine(view, view.keys.footer('session'), view.keys.footer('end'));

export const sessionFoot = (row: SessionRow, view: View): readonly Line[] => [
  footerLine(
    view,
    rowFooter(row, view).filter(({ action }) => action !== 'open'),
  ),
  tabFoot(view),
];

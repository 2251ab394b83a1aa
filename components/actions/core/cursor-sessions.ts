import type { SessionRow } from '../../../src/protocol/fleet.ts';
import type { View } from '../../view-models/view.ts';
import type { Actions } from './actions.ts';
import type { Context } from './contexts.ts';

/** For the session under the cursor; where there is none a line says so. */
export const withOne =
  (work: (act: Actions, row: SessionRow, view: View) => void) =>
  ({ act, view, one }: Context<'sessions'>): void => {
    if (one === null) act.notify(view.t.fleet.nothingHere);
    else work(act, one, view);
  };

/** For the marked sessions, or else the one under the cursor. */
export const withMany =
  (work: (act: Actions, rows: readonly SessionRow[]) => void) =>
  ({ act, view, many }: Context<'sessions'>): void => {
    if (many.length === 0) act.notify(view.t.fleet.nothingHere);
    else work(act, many);
  };

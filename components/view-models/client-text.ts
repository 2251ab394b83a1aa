import type { SessionRow } from '../../src/protocol/fleet.ts';
import { labelOf } from './fleet/row-state.ts';
import type { View } from './view.ts';

/** What is sent to the client whose phone must be linked. */

const needsPhone: ReadonlySet<SessionRow['verdict']> = new Set(['logged_out', 'scan_qr', 'enter_code', 'qr_closed']);

/** Whether only the client's phone can help. */
export const isForClient = (row: SessionRow): boolean => needsPhone.has(row.verdict);

/** The text with the link in it. */
export const clientText = (row: SessionRow, { t }: Pick<View, 't'>, link: string): string =>
  row.verdict === 'logged_out' ? t.inspect.unlinkedText(labelOf(row), link) : t.inspect.linkText(labelOf(row), link);

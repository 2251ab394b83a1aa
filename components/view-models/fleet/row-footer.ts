import type { SessionRow } from '../../../src/protocol/fleet.ts';
import type { FootItem, RowFooter } from '../../keys/footers.ts';
import type { View } from '../view.ts';

/** Which keys help for a session as it is now; behaviour refuses the others with a reason. */

const footerOf = (verdict: SessionRow['verdict']): RowFooter => {
  switch (verdict) {
    case 'logged_out':
    case 'scan_qr':
    case 'enter_code':
      return 'linking';
    case 'qr_closed':
      return 'code-closed';
    case 'stopped':
      return 'stopped';
    case 'banned':
      return 'banned';
    case 'gave_up':
      return 'gave-up';
    case 'wrong_number':
      return 'wrong-number';
    case 'left_behind':
      return 'left-behind';
    case 'moving':
      return 'moving';
    default:
      return 'running';
  }
};

export const rowFooter = (row: SessionRow, view: View): readonly FootItem[] =>
  view.keys.footer(footerOf(row.verdict), { labels: { pause: row.replies === 'on' ? 'pause' : 'resume' } });

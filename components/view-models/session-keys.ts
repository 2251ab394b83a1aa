import type { SessionRow } from '../../src/protocol/fleet.ts';
import { type FootItem, foot } from './footer.ts';

/** Which keys help for a session as it is now; behaviour refuses the others with a reason. */

const afterWhy = [foot('why', 'why', 3), foot('settings', 'settings', 4)];
const tryOut = foot('try', 'try', 9);
const ends = [foot('stop', 'stop', 8), foot('delete', 'delete', 5)];

export const rowKeys = (row: SessionRow): readonly FootItem[] => {
  switch (row.verdict) {
    case 'logged_out':
    case 'scan_qr':
    case 'enter_code':
      return [foot('open', 'qr', 1), foot('pair', 'pair', 2), foot('link', 'link', 6), ...afterWhy, tryOut, ...ends];
    case 'qr_closed':
      return [
        foot('start', 'newQr', 1),
        foot('pair', 'pair', 2),
        foot('link', 'link', 6),
        ...afterWhy,
        tryOut,
        ...ends,
      ];
    case 'stopped':
      return [foot('start', 'start', 1), foot('open', 'open', 2), ...afterWhy, tryOut, foot('delete', 'delete', 5)];
    case 'banned':
      return [foot('why', 'why', 1), foot('open', 'open', 2), foot('settings', 'settings', 4), ...ends];
    case 'gave_up':
      return [foot('why', 'why', 1), foot('restart', 'restart', 2), foot('settings', 'settings', 4), ...ends];
    case 'wrong_number':
      return [foot('why', 'why', 1), foot('logout', 'logout', 2), foot('settings', 'settings', 4), ...ends];
    default:
      return [
        foot('open', 'open', 1),
        ...afterWhy,
        foot('prompt', 'prompt', 7),
        tryOut,
        foot('pause', row.replies === 'on' ? 'pause' : 'resume', 6),
        foot('restart', 'restart', 7),
        ...ends,
      ];
  }
};

export const markedKeys: readonly FootItem[] = [
  foot('start', 'start', 1),
  foot('stop', 'stop', 2),
  foot('restart', 'restart', 3),
  foot('pause', 'pause', 4),
  foot('delete', 'delete', 5),
];

export const fleetKeysLeft: readonly FootItem[] = [
  foot('filter', 'filter', 1),
  foot('trouble-only', 'trouble', 2),
  foot('sort', 'sort', 5),
  foot('mark', 'select', 6),
  foot('create', 'create', 1),
  foot('qr', 'wall', 8),
  foot('command', 'command', 3),
];

export const fleetKeysRight: readonly FootItem[] = [
  foot('screen-2', 'others', 9),
  foot('help', 'help', 1),
  foot('quit', 'quit', 1),
];

export const sessionKeysLeft: readonly FootItem[] = [foot('screen-1', 'tabs', 3, '1-6'), foot('command', 'command', 4)];
export const backKeys: readonly FootItem[] = [
  foot('back', 'back', 1),
  foot('help', 'help', 1),
  foot('quit', 'quit', 2),
];

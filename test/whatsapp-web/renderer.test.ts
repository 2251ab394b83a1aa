import { expect, it } from 'vitest';
import { inodeOf } from './renderer.ts';

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const line = (near: string, far: string, state: string, inode: string): string =>
  `   1: 0100007F:${near} 0100007F:${far} ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000000000000000`;

it.each([
  ['the only one', [line('AF0E', '1F90', '01', '4711')], '4711'],
  [
    'not one from the same port to another, which has ended',
    [line('AF0E', '0BB8', '06', '0'), line('AF0E', '1F90', '01', '4711')],
    '4711',
  ],
  [
    'not one from the same port to another, which lives',
    [line('AF0E', '0BB8', '01', '17'), line('AF0E', '1F90', '01', '4711')],
    '4711',
  ],
  ['not the other end', [line('1F90', 'AF0E', '01', '17'), line('AF0E', '1F90', '01', '4711')], '4711'],
  ['none that has ended', [line('AF0E', '1F90', '06', '0')], null],
  ['none of a port that ends alike', [line('AF0E', '1F9', '01', '17')], null],
])('finds the socket of an end: %s', (_, lines, inode) => {
  expect(inodeOf([head, ...lines].join('\n'), { port: 0xaf0e, farPort: 0x1f90 })).toBe(inode);
});

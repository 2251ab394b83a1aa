import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fleetTable } from '../../src/cli/commands/ls.ts';
import { plainPaint } from '../../src/cli/paint-text.ts';
import { shellPaint } from '../../src/cli/shell-paint.ts';
import { exampleSnapshot, now } from '../components/support/fake-fleet.ts';

const dark = { TERM: 'xterm-256color', COLORFGBG: '15;0' };
const table = (paint = plainPaint): string =>
  fleetTable(exampleSnapshot(), now, (verdict) => verdict, undefined, paint);

describe('what the shell prints', () => {
  it('has the colours of the roles, and the same columns as without them', () => {
    const painted = table(shellPaint(dark));
    expect(painted).toContain('\u001b[38;5;203m');
    expect(painted).toContain('\u001b[38;5;79m');
    expect(stripVTControlCharacters(painted)).toBe(table());
  });

  it('is plain without colours', () => {
    expect(table()).not.toContain('\u001b');
    expect(table(shellPaint({ ...dark, NO_COLOR: '1' }))).toBe(table());
    expect(table(shellPaint({ TERM: 'dumb' }))).toBe(table());
  });
});

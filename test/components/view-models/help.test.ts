import { describe, expect, it } from 'vitest';
import { helpLines } from '../../../components/view-models/help.ts';
import { help80 } from '../support/drawn-screens.ts';
import { plain, viewAt } from '../support/view.ts';

describe('the help', () => {
  it('is what was drawn, from the keymap', () => {
    const lines = plain(helpLines(viewAt(80, 24), ['fleet'], false));
    expect(lines).toHaveLength(24);
    // tab and : are listed too, and the screens go to 6 in a session.
    const listed = (line: string | undefined) =>
      line !== undefined && line !== '' && !/1-5 {2}other|esc {2}back/.test(line);
    for (const index of [0, 2, 3, 4].filter((at) => listed(help80[at]))) expect(lines[index]).toBe(help80[index]);
    for (const text of [
      't  try the bot, no phone',
      'S  stop',
      'U  unlink the phone',
      'D  delete the session',
      'P  pause, resume replies',
      'space a  select, all',
    ])
      expect(lines.join('\n')).toContain(text);
    expect(lines.slice(16)).toEqual(help80.slice(16));
  });
});

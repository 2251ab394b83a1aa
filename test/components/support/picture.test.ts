import xterm from '@xterm/headless';
import { expect, it } from 'vitest';
import { pictureOf } from './picture.ts';

const drawn = async (text: string): Promise<string> => {
  const terminal = new xterm.Terminal({ cols: 12, rows: 2, allowProposedApi: true, convertEol: true });
  await new Promise<void>((done) => terminal.write(text, done));
  const picture = pictureOf(terminal);
  terminal.dispose();
  return picture;
};

it('tells signs and where each style begins', async () => {
  expect(await drawn('a \u001b[1;38;5;231;48;5;160mNO\u001b[0m\n\u001b[2mx\u001b[0;7m y\u001b[0m')).toBe(
    '|a NO\n  2 b231/160, 4 -\n|x y\n  0 d, 1 i, 3 -\n',
  );
});

it('tells no colour of a blank that nobody sees, and every background', async () => {
  expect(await drawn('\u001b[38;2;1;2;3ma \u001b[48;2;255;0;16m b')).toBe(
    '|a  b\n  0 #010203, 1 -, 2 /#ff0010, 3 #010203/#ff0010, 4 -\n|\n',
  );
});

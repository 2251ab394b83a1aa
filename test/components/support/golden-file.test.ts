import xterm from '@xterm/headless';
import { expect, it } from 'vitest';
import { goldenText } from './golden-file.ts';
import { type Picture, pictureOf } from './picture.ts';

const drawn = async (text: string): Promise<Picture> => {
  const terminal = new xterm.Terminal({ cols: 12, rows: 2, allowProposedApi: true, convertEol: true });
  await new Promise<void>((done) => terminal.write(text, done));
  const picture = pictureOf(terminal);
  terminal.dispose();
  return picture;
};

const whole = async (text: string): Promise<string> =>
  goldenText([{ name: 'x', picture: await drawn(text), from: null }]);

it('tells signs, and their styles as runs by the name of what they mean', async () => {
  expect(await whole('a \u001b[1;38;5;231;48;5;160mNO\u001b[0m\n\u001b[2mx\u001b[0;7m y\u001b[0m')).toBe(
    '== x\n|a NO\n:2.2!bad\n|x y\n:{d}2{i}\n',
  );
});

it('tells no colour of a blank that nobody sees, and every background', async () => {
  expect(await whole('\u001b[38;2;1;2;3ma \u001b[48;2;255;0;16m b')).toBe(
    '== x\n|a  b\n:{#010203}.{/#ff0010}{#010203/#ff0010}\n|\n',
  );
});

it('counts a sign of two columns as two', async () => {
  expect(await whole('\u001b[1m日\u001b[0mx')).toBe('== x\n|日x\n:2,\n|\n');
});

const derived = async (base: string, text: string, part: 'styles' | 'styles and signs' | null): Promise<string> =>
  goldenText([{ name: 'y', picture: await drawn(text), from: { name: 'x', picture: await drawn(base), part } }]);

it('tells another look as which style stands for which, and what this does not explain row by row', async () => {
  const dark = '\u001b[38;5;203mab\u001b[0m\n\u001b[38;5;203mcd';
  expect(await derived(dark, '\u001b[91mab\u001b[0m\n\u001b[91mcd', 'styles')).toBe('== y, as x but\nstyles b 9\n');
  expect(await derived(dark, '\u001b[91mab\u001b[0m\n\u001b[91mc\u001b[0md', 'styles')).toBe(
    '== y, as x but\nstyles b 9\nrow 1\n:{9}\n',
  );
  expect(await derived(dark, '\u001b[91mab\u001b[0m\n\u001b[91mcx', 'styles')).toBe(
    '== y, as x but\nstyles b 9\nrow 1\n|cx\n',
  );
  expect(await derived('●● ●', 'oo x', 'styles and signs')).toBe('== y, as x but\nsigns ● o\nrow 0\n|oo x\n');
  expect(await derived(dark, dark, null)).toBe('== y, as x but\n');
  expect(await derived(dark, '\u001b[38;5;203max\u001b[0m\n\u001b[38;5;203mcd', null)).toBe(
    '== y, as x but\nrow 0\n|ax\n',
  );
});

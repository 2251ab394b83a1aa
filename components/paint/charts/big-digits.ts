import { type Line, span } from '../line.ts';
import type { Tone } from '../tone.ts';

/** Numbers three rows tall, to be read from across the room: each sign four columns, one column between them. */
const signs: Readonly<Record<string, readonly [string, string, string]>> = {
  '0': ['█▀▀█', '█  █', '█▄▄█'],
  '1': [' ▄█ ', '  █ ', ' ▄█▄'],
  '2': ['▀▀▀█', '█▀▀▀', '█▄▄▄'],
  '3': ['▀▀▀█', ' ▀▀█', '▄▄▄█'],
  '4': ['█  █', '▀▀▀█', '   █'],
  '5': ['█▀▀▀', '▀▀▀█', '▄▄▄█'],
  '6': ['█▀▀▀', '█▀▀█', '█▄▄█'],
  '7': ['▀▀▀█', '  █ ', '  █ '],
  '8': ['█▀▀█', '█▀▀█', '█▄▄█'],
  '9': ['█▀▀█', '▀▀▀█', '▄▄▄█'],
  '~': ['    ', '▄▀▄▀', '    '],
  '/': ['   ▄', ' ▄▀ ', '▀   '],
};

export const bigWidth = (text: string): number => [...text].filter((sign) => signs[sign] !== undefined).length * 5 - 1;

/** Three lines; signs without a large form are left out. */
export const bigDigits = (text: string, tone: Tone): readonly [Line, Line, Line] => {
  const known = [...text].flatMap((sign) => signs[sign] ?? []);
  const row = (at: number): Line => {
    const parts: string[] = [];
    for (let index = at; index < known.length; index += 3) parts.push(known[index] ?? '');
    return [span(parts.join(' '), tone)];
  };
  return [row(0), row(1), row(2)];
};

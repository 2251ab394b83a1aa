import { cutLine, type Line, onGround, span } from '../paint/line.ts';

/** A row that is typed into, in the place of the last result: `sign` says what for, the underscore is the cursor. */
export const typedRow = (sign: string, typed: string, hint: string, width: number): Line => {
  const at = typed.lastIndexOf('_');
  return onGround(
    cutLine(
      [
        span(' '),
        span(sign, 'accent+'),
        span(typed.slice(0, Math.max(0, at)), 'bold'),
        span('_', 'p:accent'),
        span(typed.slice(at + 1), 'bold'),
        ...(hint === '' ? [] : [span(`  ${hint}`, 'muted')]),
      ],
      width,
    ),
    'field',
    width,
  );
};

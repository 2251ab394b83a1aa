import { styledCharsFromTokens, styledCharsToString, tokenize } from '@alcalzone/ansi-tokenize';
import fc from 'fast-check';
import { expect, it } from 'vitest';
// The module that the build puts it around; the package does not export it.
import InkOutput from '../../node_modules/ink/build/output.js';
import { rowOutput } from '../../scripts/row-output.mjs';

const esc = '\u001b';
const RowOutput = rowOutput(InkOutput, styledCharsToString);
type Output = InstanceType<typeof RowOutput>;

const piece = fc.constantFrom(
  ...[
    'Padaria',
    ' ',
    '   ',
    '田',
    '😀',
    'é',
    '▂▅',
    `${esc}[1m`,
    `${esc}[38;5;79m`,
    `${esc}[48;5;236m`,
    `${esc}[0m`,
    `${esc}[2m`,
  ],
);
const text = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''));
const bold = (line: string) => `${esc}[1m${line}${esc}[22m`;
const operation = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      x: fc.constantFrom(0, 0, 0, 3, -1),
      y: fc.integer({ min: -1, max: 6 }),
      text: fc.oneof(
        { weight: 5, arbitrary: text },
        { weight: 1, arbitrary: fc.tuple(text, text).map((lines) => lines.join('\n')) },
      ),
      transformers: fc.constantFrom([], [], [bold], [(line: string) => line]),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ clip: { x1: 1, x2: 9, y1: 0, y2: 3 } as const }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

const drawn = (output: Output, operations: readonly Operation[]): string => {
  for (const each of operations) {
    if ('clip' in each) {
      output.clip(each.clip);
      output.write(0, 1, 'inside', { transformers: [] });
      output.unclip();
    } else output.write(each.x, each.y, each.text, { transformers: [...each.transformers] });
  }
  return output.get().output;
};

/** Signs and what styles each: the order in which styles are set and ended says nothing. */
const seen = (frame: string) =>
  frame
    .split('\n')
    .map((line) =>
      styledCharsFromTokens(tokenize(line)).map(({ value, styles }) =>
        [value, ...styles.map(({ code }) => code).sort()].join(' '),
      ),
    );

it('gives the frames that Ink gives, one after the other', () => {
  fc.assert(
    fc.property(fc.array(fc.array(operation, { maxLength: 8 }), { minLength: 1, maxLength: 3 }), (frames) => {
      for (const operations of frames) {
        const size = { width: 20, height: 6 };
        expect(seen(drawn(new RowOutput(size), operations))).toEqual(seen(drawn(new InkOutput(size), operations)));
      }
    }),
    { numRuns: 500 },
  );
});

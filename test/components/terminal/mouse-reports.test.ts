import { describe, expect, it } from 'vitest';
import { createMouseFilter, type MouseReport } from '../../../components/terminal/mouse-reports.ts';

const sent = 'j\u001b[<0;11;21Mk\u001b[<0;11;21m\u001b[A\u001b[<65;119;3M\u001b';
const keys = 'jk\u001b[A\u001b';
const found: readonly MouseReport[] = [
  { button: 0, column: 10, row: 20, isDown: true },
  { button: 0, column: 10, row: 20, isDown: false },
  { button: 65, column: 118, row: 2, isDown: true },
];

describe('reports of the mouse', () => {
  it('are taken out from between the keys, wherever a read is cut inside one', () => {
    for (let cut = 0; cut <= sent.length; cut += 1) {
      // An escape alone is handed on at once, as it may be the key: what is cut behind it is Ink's to put together.
      if (/\u001b\[?$/.test(sent.slice(0, cut))) continue;
      const filter = createMouseFilter();
      const parts = [filter(sent.slice(0, cut)), filter(sent.slice(cut))];
      expect(parts.map(({ text }) => text).join(''), `cut at ${cut}`).toBe(keys);
      expect(parts.flatMap((part) => part.found)).toEqual(found);
    }
  });
});

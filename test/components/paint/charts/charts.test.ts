import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxed, sideBySide } from '../../../../components/paint/box.ts';
import { area } from '../../../../components/paint/charts/area.ts';
import { dataBar } from '../../../../components/paint/charts/bars.ts';
import { bigDigits, bigWidth } from '../../../../components/paint/charts/big-digits.ts';
import { columnsChart } from '../../../../components/paint/charts/columns-chart.ts';
import { heat } from '../../../../components/paint/charts/heat.ts';
import { meter, meterTone } from '../../../../components/paint/charts/meter.ts';
import { resampled, spark } from '../../../../components/paint/charts/spark.ts';
import { strip } from '../../../../components/paint/charts/strip.ts';
import { type Line, lineWidth, span } from '../../../../components/paint/line.ts';

const text = (line: Line): string => line.map((part) => part.text).join('');
const value = fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }), { nil: null });

describe('charts', () => {
  it('draw a meter in half cells, with a tick at a limit', () => {
    expect(text(meter(0.5, 10))).toBe('━━━━━─────');
    expect(text(meter(0.55, 10))).toBe('━━━━━╸────');
    expect(text(meter(2, 4))).toBe('━━━━');
    expect(text(meter(Number.NaN, 4))).toBe('────');
    expect(text(meter(0.2, 10, 'ok', 0.7))).toBe('━━─────┃──');
    expect([0.79, 0.8, 0.9].map(meterTone)).toEqual(['ok', 'warn', 'bad']);
  });

  it('tell nothing from unknown, and a little from nothing', () => {
    expect(text(spark([0, null, 0.001, 1], 'in'))).toBe('▁·▁▇');
    expect(spark([0, 0.001], 'in').map(({ tone }) => tone)).toEqual(['faint', 'in']);
    expect(resampled([1, 9, 2, null], 2)).toEqual([9, 2]);
    expect(resampled([null, null], 1)).toEqual([null]);
  });

  it('show the worse of two hours in one cell', () => {
    expect(text(strip('il n.-', 6))).toBe('▂▅ ▇·╌');
    expect(text(strip('in.l--', 3))).toBe('▇▅╌');
  });

  it('let columns above the limit stand out, and the limit run between them', () => {
    const chart = columnsChart([1, 4, 2], { height: 2, tone: 'accent', limit: 2 });
    expect(chart.map(text)).toEqual(['   ██   ', '▄▄╌██╌██']);
    expect(chart[1]?.find((part) => part.text.includes('██'))?.tone).toBe('bad');
  });

  it('hang an area from the top, and leave the unknown empty', () => {
    expect(area([1, 1], { width: 1, height: 1, tone: 'in' }).map(text)).toEqual(['⣿']);
    expect(area([null, 1], { width: 1, height: 1, tone: 'in', most: 4 }).map(text)).toEqual(['⢀']);
    expect(area([null, 1], { width: 1, height: 1, tone: 'in', most: 4, hanging: true }).map(text)).toEqual(['⠈']);
    expect(area([4], { width: 2, height: 2, tone: 'in' }).map(text)).toEqual([' ⢸', ' ⢸']);
  });

  it('shade by quarters of the most, and show a number across the room', () => {
    expect(heat([[0, 1, 2, 3, 4, null]]).map(text)).toEqual(['·░▒▓█ ']);
    expect(heat([[0, 4]], 2).map(text)).toEqual(['· ██']);
    expect(bigDigits('29', 'bad').map((line) => lineWidth(line))).toEqual([9, 9, 9]);
    expect(bigWidth('~29')).toBe(14);
  });

  it('are exactly as wide as they say, whatever the numbers are', () => {
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 60 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 6 }),
        (values, width, height) => {
          const share = (values[0] ?? 0) / 1e9;
          const tone = 'in' as const;
          for (const line of [meter(share, width), meter(share, width, tone, share), dataBar(share, width, tone)])
            expect(lineWidth(line)).toBe(width);
          expect(lineWidth(spark(resampled(values, width), tone))).toBe(values.length === 0 ? 0 : width);
          expect(lineWidth(strip('il.n- '.repeat(4), width))).toBe(width);
          for (const line of area(values, { width, height, tone })) expect(lineWidth(line)).toBe(width);
          for (const line of columnsChart(values, { height, tone, limit: 5 }))
            expect(lineWidth(line)).toBe(Math.max(0, values.length * 3 - 1));
        },
      ),
    );
  });
});

describe('boxes', () => {
  it('carry their titles in the border, and cut what is too long', () => {
    const box = boxed({
      title: [span('Messages', 'bold')],
      right: [span('2 h')],
      width: 24,
      rows: 3,
      content: [[span('a text that is longer than its box')]],
    });
    expect(box.map(text)).toEqual(['╭─ Messages ───── 2 h ─╮', '│ a text that is long… │', '╰──────────────────────╯']);
  });

  it('stand beside each other, however narrow and however long their titles', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 40 }),
        fc.string({ maxLength: 20 }),
        fc.integer({ min: 6, max: 40 }),
        (title, right, width) => {
          const clean = (raw: string) => raw.replace(/[^\x20-\x7e]/g, 'x');
          const lines = boxed({
            title: [span(clean(title))],
            right: [span(clean(right))],
            width,
            rows: 4,
            content: [],
          });
          for (const line of sideBySide([
            { width, lines },
            { width: 5, lines: [] },
          ]))
            expect(lineWidth(line)).toBe(width + 6);
        },
      ),
    );
  });
});

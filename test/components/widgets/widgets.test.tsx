import { stripVTControlCharacters } from 'node:util';
import { Box } from 'ink';
import { render } from 'ink-testing-library';
import { describe, expect, it } from 'vitest';
import { boxed } from '../../../components/paint/box.ts';
import { textLine } from '../../../components/paint/line.ts';
import { Lines } from '../../../components/widgets/lines.tsx';
import { Overlay } from '../../../components/widgets/overlay.tsx';
import { QrBlock } from '../../../components/widgets/qr-block.tsx';
import { StaticTable, tableHeight, tableRows } from '../../../components/widgets/static-table.tsx';

const theme = { colors: 'none', background: 'dark', glyphs: 'full' } as const;

describe('widgets', () => {
  it('lines: one row each, cut at the width, empty ones kept', () => {
    const { lastFrame } = render(
      <Lines lines={[textLine('one'), [], textLine('three'.repeat(40))]} theme={theme} width={20} />,
    );
    const rows = (lastFrame() ?? '').split('\n');
    expect(rows).toHaveLength(3);
    expect(rows[0]).toBe('one');
    expect(rows[2]?.length).toBeLessThanOrEqual(20);
  });

  it('overlay: in the middle, over what is there', () => {
    const { lastFrame } = render(
      <Box width={40} height={9} flexDirection="column">
        <Lines lines={Array.from({ length: 9 }, () => textLine('x'.repeat(39)))} theme={theme} />
        <Overlay
          lines={boxed({ title: textLine('Title'), width: 18, rows: 3, content: [textLine('inside')] })}
          theme={theme}
          columns={40}
          rows={9}
        />
      </Box>,
    );
    const rows = stripVTControlCharacters(lastFrame() ?? '').split('\n');
    expect(rows).toHaveLength(9);
    expect(rows[3]).toBe(`${'x'.repeat(10)} ╭─ Title ────────╮ ${'x'.repeat(9)}`);
    expect(rows[4]).toContain('x │ inside         │ x');
  });

  it('static table: ASCII, as high as it says', () => {
    const data = [
      { name: 'loja', cost: '$1.00' },
      { name: 'padaria', cost: '$0.10' },
    ];
    const { lastFrame } = render(<StaticTable data={data} columns={['name', 'cost']} />);
    const rows = (lastFrame() ?? '').trimEnd().split('\n');
    expect(rows).toHaveLength(tableHeight(2));
    expect(rows[0]).toBe('+---------+-------+');
    expect(rows.join('')).toMatch(/^[\x20-\x7e]*$/);
    expect(tableRows(tableHeight(5))).toBe(5);
  });

  it('QR: all rows equally wide', () => {
    const { lastFrame } = render(<QrBlock payload="hello" zone="full" theme={theme} inverted={false} />);
    const widths = new Set((lastFrame() ?? '').split('\n').map((line) => line.length));
    expect(widths.size).toBe(1);
  });
});

import { useWindowSize } from 'ink';
import { type ComponentType, createElement, type ReactNode } from 'react';
import { type Line, lineWidth } from '../../../components/paint/line.ts';
import type { Theme } from '../../../components/paint/theme.ts';

/** Lines as a screen hands them on: what is wider than its window Ink would cut without a word. */

interface LinesProps {
  readonly lines: readonly Line[];
  readonly theme: Theme;
  readonly width?: number;
}

interface LinesModule {
  readonly Lines: ComponentType<LinesProps>;
}

let RealLines: ComponentType<LinesProps> | null = null;
let found: string[] = [];

const MeasuredLines = (props: LinesProps): ReactNode => {
  const { columns, rows } = useWindowSize();
  const room = props.width ?? columns;
  for (const line of props.lines) {
    const text = line.map((part) => part.text).join('');
    if (lineWidth(line) > room || /[\n\r\t]/.test(text)) found.push(`${lineWidth(line)} of ${room}: ${text}`);
  }
  if (props.lines.length > rows) found.push(`${props.lines.length} lines in ${rows} rows`);
  return RealLines === null ? null : createElement(RealLines, props);
};

/** `components/widgets/lines.tsx`, measured. */
export const measuredLines = (real: LinesModule): LinesModule => {
  RealLines = real.Lines;
  return { ...real, Lines: MeasuredLines };
};

/** What did not fit since the last call. */
export const tooWide = (): readonly string[] => {
  const all = found;
  found = [];
  return all;
};

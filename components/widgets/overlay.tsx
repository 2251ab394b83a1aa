import { Box } from 'ink';
import type { ReactNode } from 'react';
import { type Line, lineWidth, span } from '../paint/line.ts';
import type { Theme } from '../paint/theme.ts';
import { Lines } from './lines.tsx';

/** Lines in the middle of the window, over what is there, with a blank column at each side where there is room for it. */
export const Overlay = ({
  lines,
  theme,
  columns,
  rows,
}: {
  readonly lines: readonly Line[];
  readonly theme: Theme;
  readonly columns: number;
  readonly rows: number;
}): ReactNode => {
  const shown = lines.slice(0, rows);
  const inner = Math.max(1, ...shown.map(lineWidth));
  const airy = inner + 2 < columns;
  const width = airy ? inner + 2 : inner;
  return (
    <Box
      position="absolute"
      top={Math.max(0, Math.floor((rows - shown.length) / 2))}
      left={Math.max(0, Math.floor((columns - width) / 2))}
      width={width}
    >
      <Lines lines={airy ? shown.map((line) => [span(' '), ...line, span(' ')]) : shown} theme={theme} />
    </Box>
  );
};

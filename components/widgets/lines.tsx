import { Box, Text } from 'ink';
import { memo, type ReactNode } from 'react';
import type { Line } from '../paint/line.ts';
import { paint, type Theme } from '../paint/theme.ts';

/** One row is one text node; an equal row is not rendered again. */
const Row = memo(({ text }: { readonly text: string }) => <Text wrap="truncate-end">{text === '' ? ' ' : text}</Text>);
Row.displayName = 'Row';

/** Lines of a screen, one below the other. The caller sees to it that there are no more of them than rows. */
export const Lines = ({
  lines,
  theme,
  width,
}: {
  readonly lines: readonly Line[];
  readonly theme: Theme;
  readonly width?: number;
}): ReactNode => (
  <Box flexDirection="column" flexShrink={0} {...(width === undefined ? {} : { width })}>
    {lines.map((line, index) => (
      // Rows have no identity beyond their place on the screen.
      // biome-ignore lint/suspicious/noArrayIndexKey: the place is the identity
      <Row key={index} text={paint(line, theme)} />
    ))}
  </Box>
);

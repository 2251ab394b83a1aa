import type { WriteStream } from 'node:tty';

/**
 * A terminal that is made smaller cuts what was painted, and Ink paints only what it thinks has changed: on a new size everything is
 * painted anew (`repaint`). Node tells nothing when the window has its old size again by the time it looks (tmux, a dragged corner):
 * SIGWINCH does (`sameSize`). Returns what stops it.
 */
export const followWindowSize = (
  stdout: WriteStream,
  {
    repaint,
    sameSize,
    signals,
  }: { readonly repaint: () => void; readonly sameSize: () => void; readonly signals: boolean },
): (() => void) => {
  let size = { columns: stdout.columns, rows: stdout.rows };
  const onResize = () => {
    size = { columns: stdout.columns, rows: stdout.rows };
    repaint();
  };
  const onWindow = () => {
    if (stdout.columns === size.columns && stdout.rows === size.rows) sameSize();
  };

  // Before Ink's own listener, which draws the new size.
  stdout.prependListener('resize', onResize);
  if (signals) process.on('SIGWINCH', onWindow);
  return () => {
    stdout.removeListener('resize', onResize);
    process.removeListener('SIGWINCH', onWindow);
  };
};

import v8 from 'node:v8';
import { keepPacks } from '../home/compiled-code.ts';

/**
 * Keeps this process small for as long as it lives. On a machine with much memory V8 lets its heap grow before it cleans up: a dashboard
 * that is scrolled through went from 115 to 240 MB, of which 40 were in use (bench/dashboard.ts). Both flags are read by V8 whenever it
 * would grow; the young space may grow until the garbage of one frame fits into it (6 MB), else every frame is cleaned up after twice.
 */
const youngEnough = 6_000_000;
const lookEvery = 250;

export const keepHeapSmall = (): void => {
  let begun = false;
  const timer = setInterval(() => {
    if (!begun) {
      begun = true;
      // What V8 compiled counts only for a process with the same flags: it is kept before these change, and with all of the first frame.
      keepPacks({ last: true });
      v8.setFlagsFromString('--heap-growing-percent=40');
    }
    const young = v8.getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    if (young !== undefined && young.space_size < youngEnough) return;
    v8.setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(timer);
  }, lookEvery);
  timer.unref();
};

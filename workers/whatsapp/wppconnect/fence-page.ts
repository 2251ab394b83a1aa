import { messageOf } from '../../../src/session/fleet-error.ts';
import type { Milliseconds } from '../../../src/session/units.ts';
import type { ClientCore } from './client-core.ts';
import type { FenceLook } from './link-state.ts';
import { withPageDeadline } from './page-deadline.ts';
import { holdFence } from './page-fence.ts';

/** Renewals move the end by 20 s and more; what a look takes moves it by less. */
const sameEndWithin: Milliseconds = 1000;

const isHeld = (look: FenceLook, wall: number | null): boolean => {
  if (wall === null || look.wall === null) return wall === look.wall;
  return look.isWhole && Math.abs(look.wall - wall) < sameEndWithin;
};

/**
 * Hands the end of our right down to the page, when it holds another one (page-fence.ts). What is left is counted from after the page told
 * its time, so the end comes early and never late.
 */
export const fencePage = async (core: ClientCore, look: FenceLook | null): Promise<void> => {
  const { live, right, deadlines, log } = core;
  const left = right.left();
  const wall = left === null ? null : Date.now() + left;
  if (look === null || live.library === null || isHeld(look, wall)) return;

  try {
    const { page } = core.attached();
    const end = left === null || wall === null ? null : { wall, page: look.clock + left };
    await withPageDeadline(page.evaluate(holdFence, end), deadlines.pageMs, 'the page');
    await withPageDeadline(live.library.fenceDocuments(wall), deadlines.pageMs, 'the page');
    log.debug(`the page may send ${left === null ? 'at any time' : `for ${Math.round(left)} ms`}`);
  } catch (error) {
    // The page navigates: the next look finds it without.
    log.debug(`the page could not be told how long it may send: ${messageOf(error)}`);
  }
};

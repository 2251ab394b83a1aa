import { FleetError } from '../../../src/session/fleet-error.ts';
import type { PageSnapshot } from './link-state.ts';

/** Looks without an answer, one after another, until the page counts as hung. */
const looksUntilHung = 3;

export interface PageWatch {
  /** Looks now, or joins the look that is on its way. */
  readPage(): Promise<void>;
  /** Looks at once and then again and again, while `active`. */
  readPageSoon(): void;
  stop(): void;
}

/** Looks at the page every `everyMs`, one look at a time, and counts the looks that nobody answered. */
export const createPageWatch = (options: {
  readonly everyMs: number;
  readonly active: () => boolean;
  /** One look; null: there is no page to look at now. Rejects with a `FleetError` when the page does not answer. */
  readonly take: () => Promise<PageSnapshot> | null;
  readonly seen: (snapshot: PageSnapshot) => Promise<void>;
  /** The page went away under the look: it navigates, or its renderer died. */
  readonly lost: (error: unknown) => Promise<void>;
  readonly hung: () => void;
}): PageWatch => {
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | null = null;
  let unanswered = 0;

  const once = async (): Promise<void> => {
    const taken = options.take();
    if (taken === null) return;
    let snapshot: PageSnapshot;
    try {
      snapshot = await taken;
    } catch (error) {
      if (!options.active()) return;
      if (!(error instanceof FleetError)) return options.lost(error);
      unanswered += 1;
      if (unanswered >= looksUntilHung) options.hung();
      return;
    }
    unanswered = 0;
    if (options.active()) await options.seen(snapshot);
  };

  const readPage = (): Promise<void> => {
    looking ??= once().finally(() => {
      looking = null;
    });
    return looking;
  };
  const schedule = (): void => {
    clearTimeout(timer);
    if (options.active()) timer = setTimeout(readPageSoon, options.everyMs);
  };
  const readPageSoon = (): void => {
    if (options.active()) void readPage().then(schedule);
  };
  return { readPage, readPageSoon, stop: () => clearTimeout(timer) };
};

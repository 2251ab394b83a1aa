/**
 * Whether anybody still looks. Docker keeps the pseudo-terminal of `docker exec -it` open when its client goes away (a console tab that is
 * closed), and says nothing: no SIGHUP, no end of input. So the terminal is asked for its status, which every emulator answers by
 * itself; one that answered once and then stays silent is gone.
 */
export interface Pulse {
  /** Anything that came from the terminal. */
  heard(): void;
  close(): void;
}

/** Device status report (ECMA-48, DSR 5); the answer is `ESC [ 0 n`, which the key router passes over. */
const askForStatus = '\u001b[5n';

const askEvery = 15_000;
/** By then the screen is up and read from: nothing that can wait stands before the first frame. */
const firstAskAfter = 1000;
/** As long as this without a sign: a slow line must not look like a closed tab. */
const goneAfter = 45_000;

export const startPulse = (options: {
  readonly write: (text: string) => void;
  readonly clock: () => number;
  readonly onGone: () => void;
  /** An editor or another program has the terminal: it would get the answers as keys. */
  readonly isLent?: () => boolean;
}): Pulse => {
  let heardAt: number | null = null;
  const ask = (): void => {
    if (options.isLent?.() === true) {
      if (heardAt !== null) heardAt = options.clock();
      return;
    }
    // A terminal that never says anything may be one that cannot: only who spoke can fall silent.
    if (heardAt !== null && options.clock() - heardAt >= goneAfter) {
      clearInterval(timer);
      options.onGone();
      return;
    }
    options.write(askForStatus);
  };
  const timer = setInterval(ask, askEvery);
  const first = setTimeout(ask, firstAskAfter);
  return {
    heard: () => {
      heardAt = options.clock();
    },
    close: () => {
      clearTimeout(first);
      clearInterval(timer);
    },
  };
};

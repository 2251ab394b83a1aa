/** The end of our right to speak for the number, on the page's own clocks: `Date.now` and `performance.now`. */
export interface PageEnd {
  readonly wall: number;
  readonly page: number;
}

/** What page-fence.ts leaves in the page. */
export interface PageFence {
  /** Moves the end; null: nothing limits it. */
  hold(end: PageEnd | null): void;
  /** The end that it holds. */
  end(): PageEnd | null;
}

declare const window: { zapFleetFence?: PageFence };

/**
 * Runs at the start of every document of the page, before any script of its own. The page keeps the end by itself: with a message pending,
 * its worker stopped and its network away, it would send when both are back, and nobody would ask. Past the end its sockets carry nothing
 * out and are closed, so that it neither sends nor takes the login back from a server that has it by now.
 *
 * `wallUntil`: the end known when the document began; the monotonic one comes with the first look, as a page's clock begins with its
 * document. It travels as its source text.
 */
export const installPageFence = (wallUntil: number | null): void => {
  const first: PageEnd | null = wallUntil === null ? null : { wall: wallUntil, page: Number.POSITIVE_INFINITY };
  // The script of an earlier end may still have been there, too.
  if (window.zapFleetFence !== undefined) {
    window.zapFleetFence.hold(first);
    return;
  }

  let end = first;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const sockets = new Set<WebSocket>();
  const left = (): number =>
    end === null ? Number.POSITIVE_INFINITY : Math.min(end.wall - Date.now(), end.page - performance.now());

  const closeAll = (): void => {
    for (const socket of sockets) socket.close();
    sockets.clear();
  };
  /** A clock may have been moved meanwhile: looked at again at the latest after a minute. */
  const watchEnd = (): void => {
    clearTimeout(timer);
    if (end === null) return;
    if (left() <= 0) closeAll();
    else timer = setTimeout(watchEnd, Math.min(left() + 1, 60_000));
  };

  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function sendWithinRight(this: WebSocket, data) {
    if (left() <= 0) {
      this.close();
      return;
    }
    if (!sockets.has(this)) {
      sockets.add(this);
      this.addEventListener('close', () => sockets.delete(this));
    }
    send.call(this, data);
  };

  window.zapFleetFence = {
    hold: (next) => {
      end = next;
      watchEnd();
    },
    end: () => end,
  };
  watchEnd();
};

export const holdFence = (end: PageEnd | null): void => window.zapFleetFence?.hold(end);

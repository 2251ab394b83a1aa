/** A way to a master: the Unix socket of this machine, a WebSocket, a pipe. Whole messages there and back, as text. */
export type DoorWay = (listeners: WayListeners) => DoorPipe;

export interface WayListeners {
  /** The other end is there: it can be spoken to. */
  onConnect(): void;
  onMessage(text: string): void;
  /** Told once, also of one that never connected. */
  onClose(why: WayEnd): void;
}

export interface WayEnd {
  /** In words, for a person. */
  readonly reason: string;
  /** A person has to do something before it can work: it is tried again later, not soon. */
  readonly refused?: boolean;
}

export interface DoorPipe {
  /** Nothing happens on one that is closed. */
  write(text: string): void;
  /** Ends it after what was written, and what belongs to it; resolves when it is gone. */
  close(): Promise<void>;
  /** Ends it at once; `onClose` is told `reason`. */
  destroy(reason: string): void;
}

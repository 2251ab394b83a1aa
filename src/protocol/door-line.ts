import type { Bytes } from '../session/units.ts';

/** What the master hears of one client, whatever it came through. */
export interface DoorLineListeners {
  /** One whole message, as text. */
  onMessage(text: string): void;
  /** What it sends cannot be read any more; why, in words. */
  onBroken(why: string): void;
  /** What was written has left: it takes more. */
  onDrain(): void;
  onClose(): void;
}

/** The way to one client: a Unix socket, a WebSocket. Messages are whole texts on it, and nothing is queued for who does not read. */
export interface DoorLine {
  listen(listeners: DoorLineListeners): void;
  /** Whether it takes more at once; when not, `onDrain` comes. Nothing happens on one that is closed. */
  write(text: string): boolean;
  /** What was written and has not left yet. */
  unreadBytes(): Bytes;
  /** Whether what comes is still heard: not once it is ended or closed. */
  isOpen(): boolean;
  /** Ends it after what was written. */
  end(): void;
  destroy(): void;
}

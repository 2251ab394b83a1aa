import type { Socket } from 'node:net';
import type { DoorLine } from '../protocol/door-line.ts';
import { createLineSplitter } from '../protocol/lines.ts';
import { maxLineBytes } from '../protocol/wire.ts';
import { messageOf } from '../session/fleet-error.ts';

/** A client of `run/master.sock`: one message a line. `onProblem` is told why one went away by itself. */
export const socketLine = (socket: Socket, onProblem: (error: Error) => void): DoorLine => ({
  listen: ({ onMessage, onBroken, onDrain, onClose }) => {
    const splitter = createLineSplitter(maxLineBytes);
    socket.on('data', (chunk) => {
      try {
        for (const line of splitter.push(chunk)) if (!socket.writableEnded) onMessage(line);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        onBroken(messageOf(error));
      }
    });
    socket.on('drain', onDrain);
    socket.on('error', onProblem);
    socket.on('close', onClose);
  },
  write: (text) => socket.destroyed || socket.write(`${text}\n`),
  unreadBytes: () => socket.writableLength,
  isOpen: () => !socket.destroyed && !socket.writableEnded,
  end: () => {
    socket.end();
  },
  destroy: () => {
    socket.destroy();
  },
});

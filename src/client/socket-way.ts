import { connect } from 'node:net';
import { endsWithin } from '../pace/deadline.ts';
import { createLineSplitter } from '../protocol/lines.ts';
import { maxLineBytes } from '../protocol/wire.ts';
import { messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import type { DoorWay } from './door-way.ts';

const endWithin: Milliseconds = 1000;

/** Over `run/master.sock`: one message a line. */
export const socketWay =
  (path: string): DoorWay =>
  ({ onConnect, onMessage, onClose }) => {
    const socket = connect(path);
    const splitter = createLineSplitter(maxLineBytes);
    const closed = new Promise<void>((done) => socket.once('close', () => done()));
    let reason = 'it ended';

    socket.on('connect', onConnect);
    socket.on('data', (chunk) => {
      try {
        for (const line of splitter.push(chunk)) onMessage(line);
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
    socket.on('error', (error) => {
      reason = messageOf(error);
    });
    socket.on('close', () => onClose({ reason }));

    return {
      write: (text) => {
        socket.write(`${text}\n`);
      },
      destroy: (why) => {
        reason = why;
        socket.destroy();
      },
      close: async () => {
        if (socket.destroyed) return;
        socket.end();
        if (await endsWithin(closed, endWithin)) return;

        socket.destroy();
        await closed;
      },
    };
  };

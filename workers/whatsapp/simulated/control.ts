import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { withDeadline } from '../../../src/pace/deadline.ts';
import { FleetError } from '../../../src/session/fleet-error.ts';
import type { Milliseconds } from '../../../src/session/units.ts';
import { type ControlRequest, type ControlResults, controlSocketAddress } from './control-protocol.ts';

/** The strings of a running simulated phone, for tests and load: held from outside its process. */
export interface PhoneControl {
  ask<R extends ControlRequest>(
    request: R,
  ): Promise<R['do'] extends keyof ControlResults ? ControlResults[R['do']] : null>;
  close(): void;
}

/** Connects to the phone in `profileDir`; rejects `unavailable` when none runs there. Every request has `deadlineMs` (default 10 s). */
export const controlPhone = async (profileDir: string, deadlineMs: Milliseconds = 10_000): Promise<PhoneControl> => {
  const address = controlSocketAddress(profileDir);
  const socket = connect(address.path);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
  } catch (error) {
    address.release();
    throw new FleetError('unavailable', `no simulated phone runs in ${profileDir}`, { cause: error });
  }
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  const end = (): void => {
    for (const { reject } of waiting.values()) reject(new FleetError('unavailable', 'the simulated phone is gone'));
    waiting.clear();
  };
  socket.on('error', () => socket.destroy());
  socket.on('close', end);
  const lines = createInterface({ input: socket });
  // Readline tells an error of its input again.
  lines.on('error', () => socket.destroy());
  lines.on('line', (line) => {
    const answer = JSON.parse(line) as { id: number; ok: boolean; result?: unknown; error?: string };
    const waiter = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.ok) waiter?.resolve(answer.result as never);
    else waiter?.reject(new FleetError('failed', answer.error ?? 'the simulated phone refused'));
  });
  return {
    ask: async (request) => {
      lastId += 1;
      const id = lastId;
      const answer = new Promise<never>((resolve, reject) => waiting.set(id, { resolve, reject }));
      if (socket.destroyed) end();
      else socket.write(`${JSON.stringify({ id, request })}\n`);

      const late = `the simulated phone did not answer "${request.do}"`;
      try {
        return await withDeadline(answer, deadlineMs, () => new FleetError('timeout', late));
      } finally {
        waiting.delete(id);
      }
    },
    close: () => {
      socket.destroy();
      address.release();
    },
  };
};

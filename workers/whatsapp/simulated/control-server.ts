import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Logger } from '../../../src/log/logger.ts';
import { messageOf } from '../../../src/session/fleet-error.ts';
import { type ControlRequest, controlRequestSchema, controlSocketAddress } from './control-protocol.ts';
import type { PhoneChanges } from './phone-changes.ts';
import type { PhoneLink } from './phone-link.ts';
import type { NewInbound, PhoneRecord } from './phone-record.ts';
import type { PhoneSends } from './phone-sends.ts';

export interface ControlServer {
  close(): Promise<void>;
}

interface ControlledPhone {
  readonly link: PhoneLink;
  readonly sends: PhoneSends;
  readonly changes: PhoneChanges;
  readonly record: PhoneRecord;
  readonly deliver: (message: NewInbound) => string;
}

const lineSchema = z.object({ id: z.number().int(), request: controlRequestSchema });

const handle = (
  { link, sends, changes, record, deliver }: ControlledPhone,
  setFaults: (faults: { deaf?: boolean; hung?: boolean }) => void,
  request: ControlRequest,
): unknown => {
  switch (request.do) {
    case 'state':
      return {
        state: link.status().state,
        phone: link.account()?.phone ?? null,
        received: record.receivedCount(),
      };
    case 'scan':
      return link.scan(request.phone);
    case 'enter-code':
      return link.enterCode();
    case 'deliver':
      return { ids: request.messages.map((message) => deliver(message)) };
    case 'edit':
      return changes.edit(request.id, request.text);
    case 'clear':
      return changes.clear(request.id, request.text);
    case 'remove':
      return changes.remove(request.id);
    case 'react':
      return changes.react(request.id, request.author, request.value);
    case 'drop':
      return link.drop(request.reason ?? 'no-network', request.lastMs ?? null);
    case 'reconnect':
      return link.reconnect();
    case 'unlink':
      return link.unlinkFromPhone();
    case 'ban':
      return link.ban();
    case 'break':
      return link.breakPage(request.reason);
    case 'send-faults':
      return sends.addFaults(request.faults);
    case 'release':
      return { released: sends.release() };
    case 'faults':
      return setFaults({
        ...(request.deaf === undefined ? {} : { deaf: request.deaf }),
        ...(request.hung === undefined ? {} : { hung: request.hung }),
      });
  }
};

/** Listens on `simulated.sock` of the profile for what a test asks (control-protocol.ts). A phone that cannot listen still works. */
export const openControlServer = async (
  profileDir: string,
  options: {
    readonly phone: ControlledPhone;
    readonly setFaults: (faults: { deaf?: boolean; hung?: boolean }) => void;
    readonly log: Pick<Logger, 'warn'>;
  },
): Promise<ControlServer> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const lines = createInterface({ input: socket });
    // Readline tells an error of its input again, and one that nobody hears would end the worker.
    lines.on('error', () => socket.destroy());
    lines.on('line', (line) => {
      let id = 0;
      let answer: object;
      try {
        const parsed = lineSchema.parse(JSON.parse(line));
        id = parsed.id;
        answer = { ok: true, result: handle(options.phone, options.setFaults, parsed.request) ?? null };
      } catch (error) {
        answer = { ok: false, error: messageOf(error) };
      }
      socket.write(`${JSON.stringify({ id, ...answer })}\n`);
    });
  });
  // We hold the profile's lock, so a socket that is there is left over from a death.
  rmSync(join(profileDir, 'simulated.sock'), { force: true });
  const address = controlSocketAddress(profileDir);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(address.path, resolve);
    });
  } catch (error) {
    options.log.warn('the simulated phone has no control socket', { error });
    address.release();
    return { close: async () => undefined };
  }
  // The control must not keep a worker alive that has nothing else to do.
  server.unref();
  return {
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      rmSync(join(profileDir, 'simulated.sock'), { force: true });
      address.release();
    },
  };
};

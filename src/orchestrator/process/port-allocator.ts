import { createServer } from 'node:net';
import { FleetError } from '../../session/fleet-error.ts';

/** Ports from `BASE_PORT` up, one a session, on loopback. */
export interface PortAllocator {
  /** A free port for `owner`; `wanted` (its last one) when that is still free. Throws `unavailable` when none is left. */
  take(owner: string, wanted: number | null): Promise<number>;
  /** An adopted worker has this port already. */
  claim(owner: string, port: number): void;
  release(owner: string): void;
}

const canListen = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer();
    server.unref();
    server.once('error', () => done(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => done(true)));
  });

/** Sessions are at most 1000 (MAX_SESSIONS); as many ports again may be in use by others. */
const span = 2000;

export const createPortAllocator = (
  basePort: number,
  isFree: (port: number) => Promise<boolean> = canListen,
): PortAllocator => {
  const byOwner = new Map<string, number>();
  const taken = new Set<number>();

  const assign = (owner: string, port: number): number => {
    byOwner.set(owner, port);
    taken.add(port);
    return port;
  };
  const release = (owner: string): void => {
    const port = byOwner.get(owner);
    if (port === undefined) return;
    byOwner.delete(owner);
    taken.delete(port);
  };
  /** Reserves before it asks: two sessions never probe the same port at once. */
  const tryPort = async (owner: string, port: number): Promise<boolean> => {
    if (taken.has(port)) return false;
    assign(owner, port);
    if (await isFree(port)) return true;
    release(owner);
    return false;
  };

  return {
    take: async (owner, wanted) => {
      release(owner);
      if (wanted !== null && wanted >= basePort && (await tryPort(owner, wanted))) return wanted;
      for (let port = basePort; port < Math.min(basePort + span, 65_536); port += 1) {
        if (await tryPort(owner, port)) return port;
      }
      throw new FleetError(
        'unavailable',
        `no free port from ${basePort} up for ${owner}. Set BASE_PORT to another number, e.g. 4001.`,
      );
    },
    claim: (owner, port) => {
      release(owner);
      assign(owner, port);
    },
    release,
  };
};

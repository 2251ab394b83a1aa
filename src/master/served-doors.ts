import type { Fleet } from '../protocol/door.ts';
import type { DoorLine } from '../protocol/door-line.ts';
import { type ServedClient, type ServeOptions, serveClient } from './served-client.ts';

/** The clients of the door that come over HTTP. */
export interface ServedDoors {
  /** `fleet`: as whoever comes on it may see and use it; left out: all of it. */
  serve(line: DoorLine, fleet?: Fleet): ServedClient;
  /** Says goodbye to whoever is connected. */
  end(why: string): void;
}

export const createServedDoors = (options: ServeOptions): ServedDoors => {
  const clients = new Set<ServedClient>();

  return {
    serve: (line, fleet = options.fleet) => {
      const client = serveClient(line, { ...options, fleet }, () => clients.delete(client));
      clients.add(client);
      return client;
    },
    end: (why) => {
      for (const client of clients) client.end(why);
    },
  };
};

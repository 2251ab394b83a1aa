import type { DoorLine } from '../protocol/door-line.ts';
import { type ServedClient, type ServeOptions, serveClient } from './served-client.ts';

/** The clients of the door that come over HTTP. */
export interface ServedDoors {
  serve(line: DoorLine): ServedClient;
  /** Says goodbye to whoever is connected. */
  end(why: string): void;
}

export const createServedDoors = (options: ServeOptions): ServedDoors => {
  const clients = new Set<ServedClient>();

  return {
    serve: (line) => {
      const client = serveClient(line, options, () => clients.delete(client));
      clients.add(client);
      return client;
    },
    end: (why) => {
      for (const client of clients) client.end(why);
    },
  };
};

import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from './database.ts';
import { createEventStore, type EventStore } from './event-store.ts';
import { createSessionStore, type SessionStore } from './session-store.ts';

/** The working store, by subject. One per process; close it once. */
export interface Store {
  readonly database: Database;
  readonly sessions: SessionStore;
  readonly events: EventStore;
  /** Survives redeploys: lives in the database. */
  readonly fleetId: string;
  close(): void;
}

export const openStore = (path: string): Store => {
  const database = openDatabase(path);
  database.run("INSERT OR IGNORE INTO meta (key, value) VALUES ('fleet_id', ?)", randomUUID());
  const fleetId = database.get<{ value: string }>("SELECT value FROM meta WHERE key = 'fleet_id'")?.value ?? '';
  return {
    database,
    sessions: createSessionStore(database),
    events: createEventStore(database),
    fleetId,
    close: () => database.close(),
  };
};

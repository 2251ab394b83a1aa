import type { Database } from './database.ts';
import { createInstructionsStore } from './sessions/instructions-store.ts';
import { createSessionRegistry } from './sessions/session-registry.ts';
import { createSessionStanding } from './sessions/session-standing.ts';

export type { NewSession, SessionChanges } from './sessions/session-registry.ts';
export type { StoredInstructions, StoredSession } from './sessions/session-rows.ts';
export type { StateChange } from './sessions/session-standing.ts';

/** Sessions as they last: what is wanted, what was seen, how they are configured and instructed. */
export const createSessionStore = (database: Database) => {
  const instructions = createInstructionsStore(database);

  return {
    ...createSessionRegistry(database, instructions),
    ...createSessionStanding(database),
    ...instructions,
  };
};
export type SessionStore = ReturnType<typeof createSessionStore>;

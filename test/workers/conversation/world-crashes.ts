import type { Database } from '../../../src/store/database.ts';
import type { ChatClient } from '../../../workers/conversation/core/engine-types.ts';

/** How a worker of a random world dies: between any two of its steps, by an exception after which nothing of that life does anything. */

export class Crashed extends Error {}

/** Counts the steps of one life and ends it at a chosen one. A step is any write to the store and both sides of any call outside. */
export const createFuse = (burnsAt: number, onBurn: () => void) => {
  let steps = 0;
  let isBurnt = false;
  return {
    step: (): void => {
      if (isBurnt) throw new Crashed('this life is over');
      steps += 1;
      if (steps !== burnsAt) return;
      isBurnt = true;
      onBurn();
      throw new Crashed('crashed');
    },
    alive: (): void => {
      if (isBurnt) throw new Crashed('this life is over');
    },
    isBurnt: () => isBurnt,
    burn: (): void => {
      isBurnt = true;
    },
  };
};
export type Fuse = ReturnType<typeof createFuse>;

/** The same database through a fuse: it may burn before a write, inside a transaction (which then never happened), or right after the commit. */
export const fused = (database: Database, fuse: Fuse): Database => ({
  path: database.path,
  prepare: (sql) => {
    fuse.alive();
    return database.prepare(sql);
  },
  all: (sql, ...values) => {
    fuse.alive();
    return database.all(sql, ...values);
  },
  get: (sql, ...values) => {
    fuse.alive();
    return database.get(sql, ...values);
  },
  run: (sql, ...values) => {
    fuse.step();
    const result = database.run(sql, ...values);
    fuse.step();
    return result;
  },
  transaction: (work) => {
    fuse.alive();
    const result = database.transaction(work);
    fuse.step();
    return result;
  },
  slice: (work) => {
    fuse.alive();
    const result = database.slice(work);
    fuse.step();
    return result;
  },
  leaveCheckpoints: () => database.leaveCheckpoints(),
  checkpoint: (how) => {
    fuse.alive();
    return database.checkpoint(how);
  },
  misplaced: () => database.misplaced(),
  close: () => undefined,
});

export const fusedClient = (client: ChatClient, fuse: Fuse): ChatClient => {
  const around = async <T>(call: () => Promise<T>): Promise<T> => {
    fuse.step();
    const result = await call();
    fuse.step();
    return result;
  };
  return {
    newMessageId: () => client.newMessageId(),
    send: (message) => around(() => client.send(message)),
    lookUp: (message) => around(() => client.lookUp(message)),
    missedMessages: (since) => around(() => client.missedMessages(since)),
    setTyping: (chat, typing) => client.setTyping(chat, typing),
    markRead: (chat) => client.markRead(chat),
    identify: (chat) => client.identify(chat),
    changesOf: (ids) => around(() => client.changesOf(ids)),
    downloadMedia: (id) => client.downloadMedia(id),
  };
};

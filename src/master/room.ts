import type { MethodsOf } from '../orchestrator/door/handlers.ts';
import type { Fleet } from '../protocol/door.ts';
import type { FleetMethod } from '../protocol/fleet-api.ts';
import type { MasterEnd } from './master-end.ts';

/**
 * A part of the master with a life of its own. Rooms are made first, all of them; then the door is made of their methods; then they
 * begin in order and close in reverse.
 */
export interface Room<M extends FleetMethod = never> {
  /** What it serves at the door. */
  readonly methods: MethodsOf<M>;
  /** Begins to act by itself; the door answers by now. */
  begin(door: Fleet): Promise<void> | void;
  /** Ends what it began and waits for what is under way. */
  close(end: MasterEnd): Promise<void> | void;
}

const nothing = (): void => undefined;

/** A room that serves no method, or has nothing to begin or to close. */
export const plainRoom = (room: Partial<Room>): Room => ({ methods: {}, begin: nothing, close: nothing, ...room });

/** The first that fails ends it: a fleet is up whole or not at all. */
export const beginRooms = async (rooms: readonly Room[], door: Fleet): Promise<void> => {
  for (const room of rooms) await room.begin(door);
};

/** A room that does not close keeps no other one open. */
export const closeRooms = async (
  rooms: readonly Room[],
  end: MasterEnd,
  onProblem: (error: unknown) => void,
): Promise<void> => {
  for (const room of rooms.toReversed()) {
    try {
      await room.close(end);
    } catch (error) {
      onProblem(error);
    }
  }
};

/** Several rooms as one that begin in order and close at the same time, the last one asked first. */
export const roomsTogether = (rooms: readonly Room[]): Room =>
  plainRoom({
    begin: (door) => beginRooms(rooms, door),
    close: async (end) => {
      const ends = await Promise.allSettled(rooms.toReversed().map(async (room) => room.close(end)));
      for (const each of ends) if (each.status === 'rejected') throw each.reason;
    },
  });

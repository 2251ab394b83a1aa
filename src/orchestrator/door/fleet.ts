import { z } from 'zod';
import type { Fleet } from '../../protocol/door.ts';
import { type FleetMethod, fleetRequests } from '../../protocol/fleet-api.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import { firstIssue } from '../../words/first-issue.ts';
import type { FleetState } from '../state/fleet-state.ts';
import type { FleetHandlers } from './handlers.ts';

export const isFleetMethod = (text: string): text is FleetMethod => Object.hasOwn(fleetRequests, text);

/** The door, in-process. Parameters are validated here, whoever asks. */
export const createFleet = (options: {
  readonly state: FleetState;
  readonly handlers: FleetHandlers;
  readonly log: (level: 'error', text: string, fields: Readonly<Record<string, unknown>>) => void;
}): Fleet => {
  const { state, handlers } = options;
  let closed = false;

  return {
    getSnapshot: () => state.getSnapshot(),
    subscribe: (listener) => state.subscribe(listener),
    request: async (method, params) => {
      if (closed) throw new FleetError('unavailable', 'the fleet is being closed. Try again in a moment.');

      const parsed = fleetRequests[method].safeParse(params);
      if (!parsed.success) throw new FleetError('usage', firstIssue(method, parsed.error));

      try {
        // The handler of a method takes exactly what its schema gives.
        const result = await (handlers[method] as (value: unknown) => unknown)(parsed.data);
        state.flush();
        return result as never;
      } catch (error) {
        if (error instanceof FleetError) throw error;
        const message = error instanceof z.ZodError ? firstIssue(method, error) : messageOf(error);
        options.log('error', `the request "${method}" failed`, {
          error: message,
          stack: error instanceof Error ? error.stack : null,
        });
        throw new FleetError('failed', `"${method}" failed: ${message}. See: zap-fleet logs`, { cause: error });
      }
    },
    connection: () => ({ state: 'open' }),
    close: async () => {
      closed = true;
    },
  };
};

import type { z } from 'zod';
import type { Operation } from '../../src/http/operation.ts';
import { type ApiOperations, type OperationId, operations } from '../../src/http/operations.ts';
import { errorSchema } from '../../src/http/schemas.ts';
import { FleetError, isFleetErrorCode, messageOf } from '../../src/session/fleet-error.ts';

type CallOf<Id extends OperationId> = {
  params?: z.input<ApiOperations[Id]['params']>;
  query?: z.input<ApiOperations[Id]['query']>;
  body?: ApiOperations[Id]['body'] extends z.ZodType ? z.input<ApiOperations[Id]['body']> : never;
};
/** Calls the API by the name of an operation; the answer is checked. Rejects with `FleetError`. */
export interface ApiClient {
  call<Id extends OperationId>(id: Id, input?: CallOf<Id>): Promise<z.output<ApiOperations[Id]['response']>>;
}

const pathOf = (operation: Operation, params: unknown, query: unknown): string => {
  const values = Object.entries(params ?? {}) as [string, unknown][];
  const path = values.reduce(
    (so, [name, value]) => so.replace(`:${name}`, encodeURIComponent(String(value))),
    operation.path,
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}) as [string, unknown][])
    if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? path : `${path}?${search}`;
};

/** `within`: milliseconds until a call is given up. */
export const createApiClient = (options: { url: string; token: string; within?: number }): ApiClient => ({
  call: async (id, input) => {
    const operation: Operation = operations[id];
    let response: Response;
    let answer: unknown;
    try {
      response = await fetch(options.url + pathOf(operation, input?.params, input?.query), {
        method: operation.method,
        headers: {
          authorization: `Bearer ${options.token}`,
          accept: 'application/json',
          ...(operation.body === null ? {} : { 'content-type': 'application/json' }),
        },
        ...(operation.body === null ? {} : { body: JSON.stringify(input?.body ?? {}) }),
        signal: AbortSignal.timeout(options.within ?? 60_000),
      });
      answer = await response.json();
    } catch (error) {
      throw new FleetError('unavailable', `the API does not answer: ${messageOf(error)}. Is zap-fleet running?`, {
        cause: error,
      });
    }
    if (!response.ok) {
      const { error } = errorSchema.parse(answer);
      throw new FleetError(isFleetErrorCode(error.code) ? error.code : 'failed', error.message);
    }
    // The table's own schema for this id: its output is the type that was asked for.
    return operation.response.parse(answer) as z.output<ApiOperations[typeof id]['response']>;
  },
});

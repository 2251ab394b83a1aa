import type { z } from 'zod';
import type { FleetMethod, FleetResults, fleetRequests } from '../../protocol/fleet-api.ts';

/** What serves one method of the door: it takes exactly what the method's schema gives. */
export type Handler<M extends FleetMethod> = (params: MethodParams<M>) => Promise<FleetResults[M]> | FleetResults[M];

export type MethodParams<M extends FleetMethod> = z.output<(typeof fleetRequests)[M]>;

/** All methods of the door, each served once. */
export type FleetHandlers = { readonly [M in FleetMethod]: Handler<M> };

/** The methods that one file or one room serves. */
export type MethodsOf<M extends FleetMethod> = Pick<FleetHandlers, M>;

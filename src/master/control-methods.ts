import type { Logger } from '../log/logger.ts';
import type { FleetParts } from '../orchestrator/door/fleet-parts.ts';
import type { MethodsOf } from '../orchestrator/door/handlers.ts';
import type { Milliseconds } from '../session/units.ts';
import type { MasterEnding } from './master-end.ts';

/** The methods of the door that are about the master itself. */

const workerWithin: Milliseconds = 10_000;

export const createControlMethods = (
  { book, orchestrator, log }: FleetParts & { readonly log: Logger },
  ending: MasterEnding,
): MethodsOf<'masterStop' | 'logLevel'> => ({
  masterStop: ({ sessions, actor }) => {
    book.record(null, {
      level: 'info',
      kind: 'master-stop-asked',
      text: sessions ? 'the fleet is stopped' : 'the master is stopped; the bots go on',
      evidence: { sessions },
      actor: actor ?? 'you',
    });
    ending.ask({ kind: 'stop', sessions });

    return { stopping: true };
  },

  logLevel: async ({ name, level }) => {
    if (name === null) log.setLevel(level);
    else await orchestrator.ask(book.get(name), { command: 'log-level', level }, workerWithin);

    return { level };
  },
});

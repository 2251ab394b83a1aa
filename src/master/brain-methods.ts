import type { MethodsOf } from '../orchestrator/door/handlers.ts';
import { asBrainAnswer } from '../protocol/brain-answer.ts';
import { FleetError } from '../session/fleet-error.ts';
import { plainText } from '../session/plain-text.ts';
import type { MasterParts } from './open-parts.ts';

/** What a brain of the operator's own answers later: into the store, where the worker that waits finds it, and a next one after a crash. */
export const createBrainMethods = ({
  book,
  store,
  replica,
  now,
}: Pick<MasterParts, 'book' | 'store' | 'replica' | 'now'>): MethodsOf<'turnAnswer'> => ({
  turnAnswer: ({ name, turn, text, did, handOver, none }) => {
    const session = book.get(name);
    const answer = asBrainAnswer({ text, did, handOver, none });
    if (answer === null)
      throw new FleetError('usage', 'say one of text, handOver and none. Example: {"text":"Abrimos às 8h."}');

    // What it asked it asks again there, under the same name.
    const where = replica.nodeOf(session);
    if (where !== null)
      throw new FleetError(
        'refused-by-state',
        `${session.stored.name} is on ${plainText(where)}, not here: answer it there.`,
      );

    const told = store.brains.tell(session.stored.id, turn, JSON.stringify(answer), now());
    if (told === 'absent')
      throw new FleetError(
        'refused-by-state',
        `nothing of ${session.stored.name} waits for an answer to ${plainText(turn)}: it was answered otherwise, or is over a day old.`,
      );
    return { isNew: told === 'stored' };
  },
});

import type { FleetHandlers, MethodsOf } from '../orchestrator/door/handlers.ts';
import { FleetError } from '../session/fleet-error.ts';
import { plainText } from '../session/plain-text.ts';
import type { MasterParts } from './open-parts.ts';

/**
 * What a bot has in its hands travels with its session: what a person sets on a server where the session is not would be of use to nobody, and
 * stand against what it has there when it comes back. Where nothing travels, each server's own is set beforehand.
 */

type Edit =
  | 'toolSet'
  | 'toolRemove'
  | 'hookSet'
  | 'hookRemove'
  | 'knowledgeAdd'
  | 'knowledgeRemove'
  | 'fileAdd'
  | 'fileRemove';

export const editedHere = (
  { book, logins, replica }: Pick<MasterParts, 'book' | 'replica'> & { readonly logins: object | null },
  methods: Pick<FleetHandlers, Edit>,
): MethodsOf<Edit> => {
  const whereIs = (name: string): string | null => {
    const session = book.byName(name);
    return session === null || logins === null ? null : replica.nodeOf(session);
  };
  const here =
    <P extends { readonly name: string }, R>(serve: (params: P) => R | Promise<R>) =>
    async (params: P): Promise<R> => {
      const { name } = params;
      const before = whereIs(name);
      if (before !== null)
        throw new FleetError(
          'refused-by-state',
          `${plainText(name)} is on ${before}, not here: what it has there counts. Set it there.`,
        );
      const result = await serve(params);
      // A large file takes its time.
      const after = whereIs(name);
      if (after !== null)
        throw new FleetError(
          'refused-by-state',
          `${plainText(name)} moved to ${after} meanwhile: this stayed here. Set it there, too.`,
        );
      return result;
    };

  return {
    toolSet: here(methods.toolSet),
    toolRemove: here(methods.toolRemove),
    hookSet: here(methods.hookSet),
    hookRemove: here(methods.hookRemove),
    knowledgeAdd: here(methods.knowledgeAdd),
    knowledgeRemove: here(methods.knowledgeRemove),
    fileAdd: here(methods.fileAdd),
    fileRemove: here(methods.fileRemove),
  };
};

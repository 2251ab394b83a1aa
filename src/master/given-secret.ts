import { FleetError } from '../session/fleet-error.ts';
import { plainText } from '../session/plain-text.ts';
import type { EpochMs } from '../session/units.ts';

/**
 * The secret that is to be kept of a tool or hook; null: the one that is there. `made`: it was made here, and is shown this once. `has`: one
 * is there for the host that it leads to; to another host the secret of the old one is not shown. Throws `usage`.
 */
export type SecretToKeep = (
  asked: { readonly secret?: string | undefined; readonly newSecret?: boolean | undefined },
  has: boolean,
) => { readonly secret: string; readonly made: boolean } | null;

/** To be waited for before anything is looked at: between the look and the write nobody else may write. */
export const loadSecretToKeep = async (): Promise<SecretToKeep> => {
  const { newToolSecret, secretProblem } = await import('../tools/sign-call.ts');
  return (asked, has) => {
    if (asked.secret === undefined && asked.newSecret !== true && has) return null;
    if (asked.secret === undefined) return { secret: newToolSecret(), made: true };
    const problem = secretProblem(asked.secret);
    if (problem !== null) throw new FleetError('usage', problem);
    return { secret: asked.secret, made: false };
  };
};

/** What a person changes is what he looked at: another one's change in between is not written over. Throws `refused-by-state`. */
export const refuseChanged = (
  what: string,
  known: { readonly setAt: EpochMs; readonly setBy: string } | null,
  seenAt: EpochMs | undefined,
): void => {
  if (seenAt !== undefined && known !== null && known.setAt !== seenAt)
    throw new FleetError(
      'refused-by-state',
      `${what} was changed by ${plainText(known.setBy)} meanwhile: look at it again, and change it then.`,
    );
};

import { FleetError } from '../session/fleet-error.ts';

/**
 * The secret that is to be kept of a tool or hook; null: the one that is there. `made`: it was made here, and is shown this once. `has`: one
 * is there for the host that it leads to; to another host the secret of the old one is not shown. Throws `usage`.
 */
export const secretToKeep = async (
  asked: { readonly secret?: string | undefined; readonly newSecret?: boolean | undefined },
  has: boolean,
): Promise<{ readonly secret: string; readonly made: boolean } | null> => {
  if (asked.secret === undefined && asked.newSecret !== true && has) return null;

  const { newToolSecret, secretProblem } = await import('../tools/sign-call.ts');
  if (asked.secret === undefined) return { secret: newToolSecret(), made: true };
  const problem = secretProblem(asked.secret);
  if (problem !== null) throw new FleetError('usage', problem);
  return { secret: asked.secret, made: false };
};

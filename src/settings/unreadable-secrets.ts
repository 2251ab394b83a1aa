import { FleetError, messageOf } from '../session/fleet-error.ts';

/** Files of secrets that cannot be read. What a parser says of one quotes the place where it stopped: none of that is told, logged or kept. */

/** Why, in a few words without anything of the file. */
export const whyUnreadable = (error: unknown): string => {
  if (error instanceof SyntaxError) return 'it is not JSON';
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? messageOf(error)
    : 'it is damaged';
};

export const unreadableSecrets = (file: string, error: unknown): FleetError =>
  new FleetError('failed', `cannot read ${file}: ${whyUnreadable(error)}. Mend or remove it.`);

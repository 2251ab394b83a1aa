import type { TokenScope } from '../../session/access.ts';

/** What whoever came through the door with a token may do there, for as long as it lasts. */
export interface Grant {
  /** Name of the token. */
  readonly name: string;
  readonly scope: TokenScope;
  /** Names of the sessions that it is limited to; null: all. */
  readonly sessions: ReadonlySet<string> | null;
  /** False: it was revoked, or has expired. */
  isOpen(): boolean;
}

/** Who did something, for the event log and `why`. */
export const actorOf = ({ name }: Pick<Grant, 'name'>): string => `token ${name}`;

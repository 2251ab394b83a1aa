import type { TokenScope } from '../../session/access.ts';

/** What whoever came through the door with a token may do there, for as long as it lasts. */
export interface Grant {
  /** Name of the token. */
  readonly name: string;
  readonly scope: TokenScope;
  /** Names of the sessions that it is limited to; null: all. */
  readonly sessions: ReadonlySet<string> | null;
  /** Who acts, for the event log; left out: the token by its name. */
  readonly actor?: string;
  /** False: it was revoked, or has expired. */
  isOpen(): boolean;
}

/** Who did something, for the event log and `why`. */
export const actorOf = ({ name, actor }: Pick<Grant, 'name' | 'actor'>): string => actor ?? `token ${name}`;

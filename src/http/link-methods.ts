import type { z } from 'zod';
import type { SessionRow } from '../protocol/fleet.ts';
import type { FleetResults, fleetRequests } from '../protocol/fleet-api.ts';
import { FleetError } from '../session/fleet-error.ts';
import { linkWarning } from '../session/link-reach.ts';
import type { Store } from '../store/store.ts';
import { createLinks, type Links, linksMetaKey, linkUrl } from './links.ts';

/** The client's links of a fleet, kept in its store. */
export const createStoredLinks = (store: Store, now: () => number): Links =>
  createLinks({
    now,
    load: () =>
      store.database.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', linksMetaKey)?.value ?? null,
    save: (text) => {
      store.database.run(
        'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
        linksMetaKey,
        text,
      );
    },
  });

type Params<M extends 'link' | 'revokeLink'> = z.output<(typeof fleetRequests)[M]>;

/** `link` and `revokeLink` of the door; the master adds them to its methods. */
export const linkMethods = (options: {
  readonly links: Links;
  /** PUBLIC_URL, else where the API listens; null while there is neither. */
  readonly baseUrl: () => string | null;
  /** Throws `no-such-session`. */
  readonly rowOf: (name: string) => SessionRow;
  /** Writes to the event log. */
  readonly record: (row: SessionRow, kind: string, text: string, actor: string | undefined) => void;
}) => ({
  link: ({ name, actor }: Params<'link'>): FleetResults['link'] => {
    const row = options.rowOf(name);
    const base = options.baseUrl();
    if (base === null)
      throw new FleetError(
        'unavailable',
        'there is no web address to link to: the API does not listen. Set PORT to a free one.',
      );
    if (row.state === 'connected')
      throw new FleetError('refused-by-state', `${name} is connected already: there is nothing to scan.`);
    const { code, expiresAt } = options.links.create(row.id);
    options.record(row, 'link-made', "a client's link was made, valid for 30 minutes", actor);
    return { url: linkUrl(base, code), code, expiresAt, warning: linkWarning(base) };
  },
  revokeLink: ({ name, actor }: Params<'revokeLink'>): FleetResults['revokeLink'] => {
    const row = options.rowOf(name);
    const revoked = options.links.revoke(row.id);
    if (revoked) options.record(row, 'link-revoked', "the client's link was ended", actor);
    return { revoked };
  },
});

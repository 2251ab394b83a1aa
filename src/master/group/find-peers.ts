import type { Peer } from '../../protocol/group.ts';
import type { GroupDoor } from '../../store/replica/group-watch.ts';
import type { PeerNumbers } from './peer-numbers.ts';

/** The doors that were found: of the group by what its servers say, of a DNS name by its addresses. */

const urlOf = (address: string, port: number): string =>
  `http://${address.includes(':') ? `[${address}]` : address}:${port}`;

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

const byNameAndUrl = (a: Peer, b: Peer): number => {
  const [first, second] = [`${a.name ?? ''} ${a.url}`, `${b.name ?? ''} ${b.url}`];
  return first < second ? -1 : first > second ? 1 : 0;
};

/** Each address once. `own`: addresses of this machine, at whose port it answers itself. */
export const peersOf = (
  found: {
    readonly doors: readonly GroupDoor[];
    readonly addresses: readonly string[];
    readonly port: number;
    readonly own: { readonly addresses: ReadonlySet<string>; readonly port: number; readonly url: string | null };
  },
  numbers: PeerNumbers,
): readonly Peer[] => {
  const { own } = found;
  const isOwn = (address: string): boolean => found.port === own.port && own.addresses.has(address);
  const said = found.doors.map(({ nodeId, name, url }) => ({ key: nodeId, name, url: withoutSlash(url) }));
  const resolved = [...new Set(found.addresses)]
    .filter((address) => !isOwn(address))
    .map((address) => ({ key: urlOf(address, found.port), name: null, url: urlOf(address, found.port) }));

  const seen = new Set<string>(own.url === null ? [] : [withoutSlash(own.url)]);
  const unique = [...said, ...resolved].filter(({ url }) => {
    if (seen.has(url)) return false;
    seen.add(url);
    return true;
  });
  const given = numbers(unique.map(({ key }) => key));
  return unique.map((one): Peer => ({ ...one, number: given.get(one.key) ?? 0 })).sort(byNameAndUrl);
};

import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import type { TrustedProxies } from '../settings/trusted-proxies.ts';

/** Where a request comes from, as far as it can be believed; what a limit counts. */

/** Without port, brackets, zone and the IPv6 clothes of an IPv4 address; null when it is no address. */
export const plainAddress = (text: string): string | null => {
  const bare = text.trim();
  const inBrackets = /^\[([^\]]{2,60})\](?::\d{1,5})?$/.exec(bare)?.[1];
  const withPort = /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/.exec(bare)?.[1];
  const address = (inBrackets ?? withPort ?? bare).replace(/%.*$/, '').toLowerCase();

  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/.exec(address)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;

  return isIP(address) === 0 ? null : address;
};

/** The last words first: every proxy appends the address that it saw. */
const hopsOf = (forwardedFor: string | undefined): readonly string[] => (forwardedFor ?? '').split(',').reverse();

/**
 * Finds the client behind the believed proxies. Whoever speaks to us directly is believed about nothing unless `TRUST_PROXY` says so,
 * and a hop that is no address ends the walk: what stands before it was written by nobody whom we know.
 */
export const createClientAddress = (trust: TrustedProxies) => {
  const proxies = new BlockList();
  if (trust.kind === 'addresses')
    for (const { address, prefix, family } of trust.subnets) proxies.addSubnet(address, prefix, family);

  const isBelieved = (address: string, hop: number): boolean =>
    trust.kind === 'hops' ? hop < trust.hops : proxies.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');

  return (remoteAddress: string | undefined, forwardedFor: string | undefined): string => {
    const direct = plainAddress(remoteAddress ?? '');
    if (direct === null) return 'unknown';

    let address: string = direct;
    for (const [hop, given] of hopsOf(forwardedFor).entries()) {
      const before: string | null = isBelieved(address, hop) ? plainAddress(given) : null;
      if (before === null) break;
      address = before;
    }
    return address;
  };
};
export type ClientAddress = ReturnType<typeof createClientAddress>;

/** The eight groups of an IPv6 address, in hexadecimal without leading zeros. */
const groupsOf = (address: string): readonly string[] => {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const before = head === '' ? [] : head.split(':');
  if (tail === undefined) return before;

  const after = tail === '' ? [] : tail.split(':');
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after];
};

/** What one client can be told by: its IPv4 address, or the /64 of its IPv6 one, of which it may choose 2^64 addresses. */
export const networkOf = (address: string): string =>
  isIPv6(address) ? `${groupsOf(address).slice(0, 4).join(':')}::/64` : address;

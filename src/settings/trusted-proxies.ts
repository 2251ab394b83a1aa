import { isIP } from 'node:net';

/** One address, or a network of them: `10.0.0.0/8`. */
export interface Subnet {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** Whose word about a client's address is taken: the last so many hops, or the proxies at these addresses. */
export type TrustedProxies =
  | { readonly kind: 'hops'; readonly hops: number }
  | { readonly kind: 'addresses'; readonly subnets: readonly Subnet[] };

/** No chain of proxies is longer; a larger number is a port or a mistake. */
const mostHops = 10;

const named: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** Null: it is none, or it is everybody. */
const parseSubnet = (text: string): Subnet | null => {
  const match = /^([\da-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text);
  const address = match?.[1] ?? '';
  const version = isIP(address);
  if (version === 0) return null;

  const bits = version === 4 ? 32 : 128;
  const prefix = match?.[2] === undefined ? bits : Number(match[2]);
  if (prefix < 1 || prefix > bits) return null;

  return { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
};

/** `1`, or `10.0.0.5, 172.18.0.0/16, loopback`; null for everything else. */
export const parseTrustedProxies = (text: string): TrustedProxies | null => {
  const given = text.trim().toLowerCase();
  if (/^\d+$/.test(given)) {
    const hops = Number(given);
    return hops <= mostHops ? { kind: 'hops', hops } : null;
  }

  const words = given.split(/[,\s]+/).filter((word) => word !== '');
  const subnets = words.flatMap((word) => (Object.hasOwn(named, word) ? (named[word] ?? []) : [word])).map(parseSubnet);
  if (subnets.length === 0 || subnets.includes(null)) return null;

  return { kind: 'addresses', subnets: subnets.filter((subnet) => subnet !== null) };
};

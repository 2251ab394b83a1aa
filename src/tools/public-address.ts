import { BlockList, isIP, isIPv4 } from 'node:net';

/** Which addresses are somebody's private network, this machine, or a cloud's metadata. By the IANA registries of special addresses. Pure. */

type Subnet = readonly [address: string, prefix: number];

const subnets = (ipv4: readonly Subnet[], ipv6: readonly Subnet[]): BlockList => {
  const list = new BlockList();
  for (const [address, prefix] of ipv4) list.addSubnet(address, prefix, 'ipv4');
  for (const [address, prefix] of ipv6) list.addSubnet(address, prefix, 'ipv6');
  return list;
};

const special = subnets(
  [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ],
  // Of what is given out at all (2000::/3): tunnels and translations that hide an IPv4 address, documentation.
  [
    ['2001::', 23],
    ['2001:db8::', 32],
    ['2002::', 16],
    ['3fff::', 20],
  ],
);
const given = subnets([], [['2000::', 3]]);
const mapped = subnets([], [['::ffff:0:0', 96]]);
const translated = subnets([], [['64:ff9b::', 96]]);
// The last is Amazon's metadata over IPv6.
const linkLocal = subnets(
  [['169.254.0.0', 16]],
  [
    ['fe80::', 10],
    ['fd00:ec2::254', 128],
  ],
);

/** The IPv4 address in the last 32 bits of an IPv6 address. */
const embedded = (address: string): string => {
  // The URL parser writes every form of it as hexadecimal groups.
  const groups = new URL(`http://[${address}]/`).hostname.slice(1, -1).split(':');
  const [high = 0, low = 0] = groups.slice(-2).map((group) => Number.parseInt(group === '' ? '0' : group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
};

/** Without a zone (`fe80::1%eth0`), and as IPv4 where it is one in another dress. */
const plain = (address: string): string => {
  const bare = address.split('%')[0] ?? address;
  if (isIPv4(bare) || isIP(bare) === 0) return bare;
  return mapped.check(bare, 'ipv6') || translated.check(bare, 'ipv6') ? embedded(bare) : bare;
};

/** Whether an address is one of the public internet. What is no address is none. */
export const isPublicAddress = (address: string): boolean => {
  const bare = plain(address);
  if (isIPv4(bare)) return !special.check(bare, 'ipv4');
  return isIP(bare) === 6 && given.check(bare, 'ipv6') && !special.check(bare, 'ipv6');
};

/** This link alone, where clouds serve their metadata: never meant by the name of a host. */
export const isLinkLocal = (address: string): boolean => {
  const bare = plain(address);
  return linkLocal.check(bare, isIPv4(bare) ? 'ipv4' : 'ipv6');
};

import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { createClientAddress, networkOf, plainAddress } from '../../src/http/client-address.ts';
import { parseTrustedProxies } from '../../src/settings/trusted-proxies.ts';

const believing = (text: string) => {
  const trusted = parseTrustedProxies(text);
  if (trusted === null) throw new Error(`not a TRUST_PROXY: ${text}`);
  return createClientAddress(trusted);
};
const [visitor, forged, outer, inner] = ['203.0.113.7', '198.51.100.99', '192.0.2.1', '10.0.0.5'] as const;

describe('the client behind proxies', () => {
  // What a visitor wrote himself stands first; each proxy appends whom it saw.
  test.each([
    ['0', visitor, undefined, visitor],
    ['0', visitor, forged, visitor],
    ['0', visitor, `${forged}, ${outer}, ${inner}`, visitor],
    ['1', inner, undefined, inner],
    ['1', inner, visitor, visitor],
    ['1', inner, `${forged}, ${visitor}`, visitor],
    ['1', inner, `${forged}, ${forged}, ${forged}, ${visitor}`, visitor],
    ['2', inner, undefined, inner],
    ['2', inner, outer, outer],
    ['2', inner, `${visitor}, ${outer}`, visitor],
    ['2', inner, `${forged}, ${visitor}, ${outer}`, visitor],
    ['2', inner, `${forged}, ${forged}, ${visitor}, ${outer}`, visitor],
    [`${inner}`, inner, `${forged}, ${visitor}`, visitor],
    [`${inner}`, visitor, forged, visitor],
    [`${inner}, 192.0.2.0/24`, inner, `${forged}, ${visitor}, ${outer}`, visitor],
    ['uniquelocal', '::ffff:10.0.0.5', `${forged}, ${visitor}, 172.18.0.3, fd00::7`, visitor],
  ])('TRUST_PROXY=%s, from %s, X-Forwarded-For: %s', (trust, remote, chain, client) =>
    expect(believing(trust)(remote, chain)).toBe(client),
  );

  test.each([
    ['a word', 'unknown'],
    ['nothing between commas', `${forged},,`],
    ['a line of a log', `${forged}, 1.2.3.4\u001b[2J`],
    ['an address that is none', `${forged}, 203.0.113.999`],
    ['quotes', `${forged}, "203.0.113.7"`],
    ['ten thousand characters', `${forged}, ${'9'.repeat(10_000)}`],
  ])('a hop that is %s ends the walk at the proxy that sent it', (_, chain) => {
    expect(believing('2')(inner, chain)).toBe(inner);
  });

  it('is never what the visitor wrote, however long his chain', () => {
    const address = fc.ipV4().filter((one) => one !== visitor);
    fc.assert(
      fc.property(fc.array(address, { maxLength: 40 }), fc.integer({ min: 0, max: 2 }), (forgery, hops) => {
        const proxies = [visitor, outer].slice(0, hops);
        const remote = hops === 0 ? visitor : inner;
        expect(believing(String(hops))(remote, [...forgery, ...proxies].join(', '))).toBe(visitor);
      }),
    );
  });

  it('is nobody known when the socket has none', () => {
    expect(believing('1')(undefined, visitor)).toBe('unknown');
  });
});

test.each([
  ['203.0.113.7:51234', '203.0.113.7'],
  ['[2001:db8::1]:443', '2001:db8::1'],
  ['[2001:DB8::1]', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::ffff:127.0.0.1', '127.0.0.1'],
  ['127.1', null],
  ['0x7f.0.0.1', null],
  ['', null],
])('%s as an address', (given, address) => expect(plainAddress(given)).toBe(address));

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['1::', '1:0:0:0::/64'],
])('%s counts as %s', (address, network) => expect(networkOf(address)).toBe(network));

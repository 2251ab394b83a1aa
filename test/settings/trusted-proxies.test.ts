import { expect, test } from 'vitest';
import { parseSettings } from '../../src/settings/settings.ts';
import { parseTrustedProxies } from '../../src/settings/trusted-proxies.ts';

test.each([
  ['0', { kind: 'hops', hops: 0 }],
  [' 2 ', { kind: 'hops', hops: 2 }],
  ['10.0.0.5', { kind: 'addresses', subnets: [{ address: '10.0.0.5', prefix: 32, family: 'ipv4' }] }],
  [
    '172.18.0.0/16, 2001:DB8::/32',
    {
      kind: 'addresses',
      subnets: [
        { address: '172.18.0.0', prefix: 16, family: 'ipv4' },
        { address: '2001:db8::', prefix: 32, family: 'ipv6' },
      ],
    },
  ],
])('TRUST_PROXY=%s', (text, trusted) => expect(parseTrustedProxies(text)).toEqual(trusted));

test('names stand for networks', () => {
  const trusted = parseTrustedProxies('loopback');
  expect(trusted).toMatchObject({ kind: 'addresses', subnets: [{ address: '127.0.0.0', prefix: 8 }, { prefix: 128 }] });
});

// Whoever believes everybody believes whatever a visitor writes.
test.each([
  'true',
  'all',
  '*',
  '11',
  '-1',
  '1.5',
  '0.0.0.0/0',
  '::/0',
  '10.0.0.0/33',
  '10.0.0.0/',
  'proxy.local',
  ', ,',
  '10.0.0.1 nobody',
])('TRUST_PROXY=%s is refused with an example', (text) =>
  expect(() => parseSettings({ TRUST_PROXY: text })).toThrow(/^TRUST_PROXY must be .*Example: 1/),
);

test('nobody is believed when it is unset or empty', () => {
  for (const raw of [{}, { TRUST_PROXY: ' ' }])
    expect(parseSettings(raw).TRUST_PROXY).toEqual({ kind: 'hops', hops: 0 });
});

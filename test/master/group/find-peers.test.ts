import { expect, it } from 'vitest';
import { doorProblem, saidDoor } from '../../../src/master/group/door-url.ts';
import { peersOf } from '../../../src/master/group/find-peers.ts';
import { createPeerNumbers } from '../../../src/master/group/peer-numbers.ts';
import { temporaryStore } from '../../store/support.ts';

const alone = { addresses: new Set<string>(), port: 3000, url: null };
const countedFrom = () => {
  let now = 0;
  const store = temporaryStore();
  return { store, numbers: () => createPeerNumbers(store.meta, () => (now += 1)) };
};

it('each address once, never its own, however it was found', () => {
  const { numbers } = countedFrom();
  const peers = peersOf(
    {
      doors: [
        { nodeId: 'f-3', name: 'vps-3', url: 'https://c.example.com/' },
        { nodeId: 'f-2', name: 'vps-2', url: 'http://10.0.1.2:3000' },
        { nodeId: 'f-own', name: 'vps-1', url: 'https://a.example.com' },
      ],
      addresses: ['10.0.1.4', '10.0.1.2', '10.0.1.1', '10.0.1.4', 'fd00::5'],
      port: 3000,
      own: { addresses: new Set(['10.0.1.1', '127.0.0.1']), port: 3000, url: 'https://a.example.com/' },
    },
    numbers(),
  );
  expect(peers.map(({ key, name, url }) => [key, name, url])).toEqual([
    ['http://10.0.1.4:3000', null, 'http://10.0.1.4:3000'],
    ['http://[fd00::5]:3000', null, 'http://[fd00::5]:3000'],
    ['f-2', 'vps-2', 'http://10.0.1.2:3000'],
    ['f-3', 'vps-3', 'https://c.example.com'],
  ]);
  expect(new Set(peers.map(({ number }) => number)).size).toBe(4);
});

it('another port of this machine is another server', () => {
  const own = { addresses: new Set(['127.0.0.1']), port: 3000, url: null };
  const found = { doors: [], addresses: ['127.0.0.1'], own };
  expect(peersOf({ ...found, port: 3000 }, countedFrom().numbers())).toEqual([]);
  expect(peersOf({ ...found, port: 3001 }, countedFrom().numbers())).toHaveLength(1);
});

it('a number stays with its server over restarts and absences; the longest unseen gives its own up when all are given', () => {
  const { numbers } = countedFrom();
  const doors = (ids: readonly string[]) =>
    ids.map((nodeId) => ({ nodeId, name: nodeId, url: `https://${nodeId}.example.com` }));
  const numbersOf = (ids: readonly string[], given = numbers()): Record<string, number> =>
    Object.fromEntries(
      peersOf({ doors: doors(ids), addresses: [], port: 3000, own: alone }, given).map(({ key, number }) => [
        key,
        number,
      ]),
    );
  const first = numbersOf(['a', 'b']);
  expect(first).toEqual({ a: 201, b: 202 });
  expect(numbersOf(['b', 'c'])).toEqual({ b: 202, c: 203 });
  expect(numbersOf(['a'])).toEqual({ a: 201 });

  const many = Array.from({ length: 796 }, (_, n) => `n${n}`);
  const given = numbers();
  numbersOf(many, given);
  // 799 are given: b and c were not seen for longest.
  expect(numbersOf(['late', 'a'], given)).toMatchObject({ late: 202, a: 201 });
  expect(numbersOf(['later', 'late', 'a'])).toMatchObject({ later: 203, late: 202, a: 201 });
});

it.each([
  ['https://bots.example.com/', 'https://bots.example.com'],
  ['http://10.0.0.2:3000', 'http://10.0.0.2:3000'],
])('%s is told to the others', (FLEET_DOOR_URL, said) => {
  expect(doorProblem({ FLEET_DOOR_URL })).toBeNull();
  expect(saidDoor({ FLEET_DOOR_URL })).toBe(said);
});

it('an address to which no dashboard would send its token is told to nobody, and why', () => {
  expect(saidDoor({})).toBeNull();
  expect(saidDoor({ FLEET_DOOR_URL: 'http://bots.example.com' })).toBeNull();
  expect(doorProblem({ FLEET_DOOR_URL: 'http://bots.example.com' })).toContain(
    'anybody on the way could read the token',
  );
});

import { expect, test } from 'vitest';
import {
  belongingShelf,
  belongingsFolder,
  bundleId,
  bundlesIn,
  isWhole,
  loginShelf,
  obsoletePaths,
  partPath,
  pathsUntil,
} from '../../src/bundles/bundle-name.ts';
import { parseSessionName } from '../../src/session/session-name.ts';

const padaria = parseSessionName('padaria');
const login = loginShelf(padaria);
const at = Date.UTC(2026, 10, 29, 3);
const bundle = (epoch: number, madeAt = at, mark = 'aaaaaaaa') => ({ epoch, madeAt, mark });
const filesOf = (one: ReturnType<typeof bundle>, there: readonly number[], of: number) =>
  there.map((part) => ({ name: partPath(login, one, part, of).slice('padaria/'.length), bytes: 10 }));

test('the newest is the one of the highest epoch, then of the latest time, whatever the order of the list', () => {
  const files = [
    ...filesOf(bundle(9, at + 60_000), [1], 1),
    ...filesOf(bundle(10, at), [2, 1], 2),
    ...filesOf(bundle(10, at + 1000), [1], 1),
    ...filesOf(bundle(2, at + 9_000_000), [1], 1),
  ];
  expect(bundlesIn(login, files).map(({ epoch, madeAt, parts }) => [epoch, madeAt - at, parts.length])).toEqual([
    [10, 1000, 1],
    [10, 0, 2],
    [9, 60_000, 1],
    [2, 9_000_000, 1],
  ]);
});

test('a bundle is whole when all of its parts are there; names that are none of ours are passed over', () => {
  const files = [
    ...filesOf(bundle(7), [1, 3], 3),
    ...filesOf(bundle(6), [1, 2, 3], 3),
    { name: 'notes.txt', bytes: 1 },
    { name: `${bundleId(bundle(8))}.0004-of-0003`, bytes: 1 },
    { name: '000000000008-20269929T990000-aaaaaaaa.0001-of-0001', bytes: 1 },
  ];
  expect(bundlesIn(login, files).map((one) => [one.epoch, isWhole(one)])).toEqual([
    [7, false],
    [6, true],
  ]);
});

test('three whole ones are kept; older ones go, and what was cut off before the newest; what is under way elsewhere stays', () => {
  const whole = [5, 6, 7, 8].flatMap((epoch) => filesOf(bundle(epoch), [1, 2], 2));
  const cutOff = filesOf(bundle(4), [1], 2);
  const cutBetween = filesOf(bundle(7, at + 1000), [1], 2);
  const underWay = filesOf(bundle(9), [1], 2);
  const bundles = bundlesIn(login, [...whole, ...cutOff, ...cutBetween, ...underWay]);
  const gone = obsoletePaths(bundles, bundle(8));
  expect([...gone].sort()).toEqual(
    [...filesOf(bundle(5), [1, 2], 2), ...cutOff, ...cutBetween].map(({ name }) => `padaria/${name}`).sort(),
  );
});

test('each thing that travels has a shelf of its own, and what is erased is found whatever it is', () => {
  const tools = belongingShelf(padaria, 'tools');
  const path = partPath(tools, bundle(7), 1, 1);
  expect(path).toMatch(/^padaria\/belongings\/tools\.000000000007-.*\.0001-of-0001$/);
  const folder = belongingsFolder(padaria);
  const names = [
    path,
    partPath(tools, bundle(9, at + 60_000), 1, 1),
    `${folder}/hooks.${bundleId(bundle(8))}.0001-of-0001`,
  ];
  const files = [...names, `${folder}/notes.txt`].map((each) => ({ name: each.slice(folder.length + 1), bytes: 10 }));
  expect(bundlesIn(tools, files).map(({ epoch }) => epoch)).toEqual([9, 7]);
  expect(bundlesIn(belongingShelf(padaria, 'files'), files)).toEqual([]);
  // Also of a kind that this program does not know yet.
  expect(pathsUntil(folder, files, at)).toEqual([names[0], names[2]]);
});

import { expect, test } from 'vitest';
import type { MasterEnd } from '../../src/master/master-end.ts';
import { beginRooms, closeRooms, plainRoom, type Room, roomsTogether } from '../../src/master/room.ts';
import type { Fleet } from '../../src/protocol/door.ts';

const door = {} as Fleet;
const stop: MasterEnd = { kind: 'stop', sessions: true };

const tracked = (heard: string[], name: string, close?: Room['close']): Room =>
  plainRoom({
    begin: async (given) => {
      await Promise.resolve();
      heard.push(`${name} begins${given === door ? '' : ' at another door'}`);
    },
    close: async (end) => {
      heard.push(`${name} closes: ${end.kind}`);
      await close?.(end);
      heard.push(`${name} is closed`);
    },
  });

test('rooms begin in order, each when the one before has begun, and close in reverse', async () => {
  const heard: string[] = [];
  const rooms = [tracked(heard, 'store'), tracked(heard, 'socket')];
  await beginRooms(rooms, door);
  await closeRooms(rooms, stop, (error) => heard.push(String(error)));
  expect(heard).toEqual([
    'store begins',
    'socket begins',
    'socket closes: stop',
    'socket is closed',
    'store closes: stop',
    'store is closed',
  ]);
});

test('a room that cannot begin ends the beginning', async () => {
  const heard: string[] = [];
  const broken = plainRoom({ begin: () => Promise.reject(new Error('no place')) });
  await expect(beginRooms([broken, tracked(heard, 'after')], door)).rejects.toThrow('no place');
  expect(heard).toEqual([]);
});

test('a room that does not close keeps no other one open, and its reason is told', async () => {
  const heard: string[] = [];
  const broken = tracked(heard, 'broken', () => Promise.reject(new Error('it hangs on')));
  await closeRooms([tracked(heard, 'below'), broken], stop, (error) => heard.push(String(error)));
  expect(heard).toEqual(['broken closes: stop', 'Error: it hangs on', 'below closes: stop', 'below is closed']);
});

test('rooms together begin in order and close at once, also when one of them fails at once', async () => {
  const heard: string[] = [];
  const { promise: drained, resolve: drain } = Promise.withResolvers<void>();
  const failing = plainRoom({
    close: () => {
      heard.push('failing closes');
      throw new Error('alerts failed');
    },
  });
  const together = roomsTogether([tracked(heard, 'drain', () => drained), failing, tracked(heard, 'alerts')]);
  await together.begin(door);
  const closed = closeRooms([together], stop, (error) => heard.push(String(error)));
  expect(heard).toEqual([
    'drain begins',
    'alerts begins',
    'alerts closes: stop',
    'failing closes',
    'drain closes: stop',
  ]);
  drain();
  await closed;
  expect(heard.slice(-3)).toEqual(['alerts is closed', 'drain is closed', 'Error: alerts failed']);
});

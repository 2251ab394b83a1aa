import { afterEach, expect, test } from 'vitest';
import { createOfferRecorder } from '../../src/master/replica-offers.ts';
import type { OfferedSession } from '../../src/session/records.ts';
import { createFakeFleet, type FakeFleet } from '../support/fake-processes.ts';

let fleet: FakeFleet;
afterEach(() => fleet.end());

const rows = (count: number): OfferedSession[] =>
  Array.from({ length: count }, (_, n) => ({ name: `loja-${n}`, label: '', phone: null, runningOn: null }));
const kinds = (): string[] => fleet.store.events.list({ limit: 5000 }).map(({ kind }) => kind);

test('each new row is told of once, also over a restart of the master; many at once are one event', () => {
  fleet = createFakeFleet();
  const begun = kinds().length;
  const events = (): string[] => kinds().slice(0, kinds().length - begun);
  let offered: readonly OfferedSession[] = rows(2);
  const start = () => createOfferRecorder({ newRows: () => offered }, fleet.store, fleet.book);
  const look = start();
  look();
  look();
  expect(events()).toEqual(['session-offered', 'session-offered']);

  // A new list of the same rows, as every look makes one.
  offered = rows(2);
  look();
  start()();
  expect(events()).toHaveLength(2);

  // More than are kept anywhere by their number.
  offered = rows(3000);
  look();
  expect(events()).toHaveLength(3);
  expect(fleet.store.events.list({ limit: 1 })[0]).toMatchObject({
    kind: 'sessions-offered',
    text: '2998 sessions are in Supabase and on no server yet. To see them: zap-fleet store status',
  });
  for (let round = 0; round < 3; round += 1) {
    offered = rows(3000);
    start()();
  }
  expect(events()).toHaveLength(3);
});

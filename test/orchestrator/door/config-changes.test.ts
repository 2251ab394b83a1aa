import { expect, test } from 'vitest';
import { configChange } from '../../../src/orchestrator/door/config-changes.ts';
import { addSession, temporaryStore } from '../../store/support.ts';

test('failover takes manual and auto, and says so of anything else', () => {
  const store = temporaryStore();
  const session = addSession(store);
  expect(session.failover).toBe('manual');

  store.sessions.change(session.id, configChange(session, 'failover', 'auto'), 1);
  expect(store.sessions.byId(session.id)?.failover).toBe('auto');
  for (const wrong of ['', 'Auto', 'yes', null, true])
    expect(() => configChange(session, 'failover', wrong)).toThrow('failover must be manual or auto.');
});

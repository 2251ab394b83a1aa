import { expect, it } from 'vitest';
import { loneAutoProblem } from '../../../src/store/replica/lone-auto.ts';
import type { StoredSession } from '../../../src/store/session-store.ts';

const session = (
  name: string,
  failover: StoredSession['failover'],
  desiredState: StoredSession['desiredState'] = 'running',
) => ({ name: name as StoredSession['name'], failover, desiredState });

it('says that auto buys nothing while there is one server, and only of a session that counts on it', () => {
  const sessions = [session('mercado', 'manual'), session('loja', 'auto', 'stopped'), session('padaria', 'auto')];
  expect(loneAutoProblem(0, sessions)).toBe(
    'failover auto of padaria buys nothing: no other server shares this Supabase. Set a second one up, or: zap-fleet config padaria set failover manual',
  );
  expect(loneAutoProblem(1, sessions)).toBeNull();
  expect(loneAutoProblem(0, sessions.slice(0, 2))).toBeNull();
});

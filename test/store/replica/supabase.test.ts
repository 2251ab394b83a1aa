import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LocalSupabase, startLocalSupabase } from '../../supabase/local-supabase.ts';
import { awayCases } from './cases/away-cases.ts';
import { cutOffCases } from './cases/cut-off-cases.ts';
import { editCases } from './cases/edit-cases.ts';
import { faultCases } from './cases/fault-cases.ts';
import { fenceCases } from './cases/fence-cases.ts';
import { groupCases } from './cases/group-cases.ts';
import { leaseCases } from './cases/lease-cases.ts';
import { migrationCases } from './cases/migration-cases.ts';
import { moveCases } from './cases/move-cases.ts';
import { nodeCases } from './cases/node-cases.ts';
import { overflowCases } from './cases/overflow-cases.ts';
import { pushCases } from './cases/push-cases.ts';
import { transferCases } from './cases/transfer-cases.ts';
import { worldCases } from './cases/world-cases.ts';

// One PGlite for all of them (1.2 GB, its own process), so they are one file; each case begins with empty tables.
describe('Supabase, through its own client', () => {
  let running: LocalSupabase | null = null;
  const supabase = (): LocalSupabase => {
    if (running === null) throw new Error('not started');
    return running;
  };
  beforeAll(async () => {
    running = await startLocalSupabase();
  });
  afterAll(async () => {
    await running?.close();
  });
  beforeEach(async () => {
    await supabase().rotateKey('sb_secret_test');
    await supabase().empty();
  });

  it('refuses everybody but the service role', async () => {
    const { createClient } = await import('@supabase/supabase-js');
    const client = createClient(supabase().url, 'sb_publishable_test', { auth: { persistSession: false } });
    await supabase().sql(`insert into whatsapp_sessions (session_name) values ('secreta')`);
    const read = await client.from('whatsapp_sessions').select('*');
    expect(read.data ?? []).toEqual([]);
    const called = await client.rpc('zap_fleet_sessions', { p_node: 'x' });
    expect(called.error?.code).toBe('42501');
  });

  describe('migrations', () => migrationCases(supabase));
  describe('what is sent', () => pushCases(supabase));
  describe('edits', () => editCases(supabase));
  describe('leases', () => leaseCases(supabase));
  describe('fences', () => fenceCases(supabase));
  describe('leases while Supabase is away', () => awayCases(supabase));
  describe('nodes', () => nodeCases(supabase));
  describe('group', () => groupCases(supabase));
  describe('many servers at the same time', () => worldCases(supabase));
  describe('moves', () => moveCases(supabase));
  describe('no place here', () => overflowCases(supabase));
  describe('cut off in the middle of a move', () => cutOffCases(supabase));
  describe('away', () => faultCases(supabase));
  describe('push and pull', () => transferCases(supabase));
});

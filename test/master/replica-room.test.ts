import { afterEach, expect, test } from 'vitest';
import { ptBanners } from '../../components/texts/pt-br/banner-templates.ts';
import { createLoginTravel } from '../../src/master/bundles/login-travel.ts';
import type { JobRunner } from '../../src/master/jobs/job-runner.ts';
import { replicaBanner } from '../../src/master/replica-banner.ts';
import { openReplicaRoom } from '../../src/master/replica-room.ts';
import type { FleetParts } from '../../src/orchestrator/door/fleet-parts.ts';
import { defaultPolicies } from '../../src/orchestrator/health/policies.ts';
import { parseSettings, type Secrets } from '../../src/settings/settings.ts';
import { createFakeFleet, type FakeFleet } from '../support/fake-processes.ts';

const fleets: FakeFleet[] = [];
afterEach(() => {
  for (const fleet of fleets.splice(0)) fleet.end();
});

const roomOf = async (raw: Record<string, string>, secrets: Secrets, demo = false) => {
  const fleet = createFakeFleet();
  fleets.push(fleet);
  const quiet = (): void => undefined;
  const room = await openReplicaRoom({
    settings: parseSettings(raw),
    secrets,
    store: fleet.store,
    book: fleet.book,
    paths: fleet.paths,
    lease: defaultPolicies.lease,
    graceMs: defaultPolicies.node.graceMs,
    demo,
    travel: createLoginTravel(),
    now: Date.now,
    log: { info: quiet, warn: quiet, error: quiet },
  });
  // Only what needs a running fleet looks at its parts.
  const methods = room.methods({} as FleetParts & { readonly jobs: JobRunner });
  return { room, methods };
};
const url = { SUPABASE_URL: 'https://abc.supabase.co' };

test.each([
  ['nothing is set up', {}, {}, null],
  ['the key is missing', url, {}, 'SUPABASE_SERVICE_ROLE_KEY is not'],
  ['there is only the anon key', url, { SUPABASE_ANON_KEY: 'sb_publishable_x' }, 'SUPABASE_ANON_KEY may not write'],
] as const)(
  '%s: sessions run without asking anybody, and commands say in one line what to set',
  async (_, raw, secrets, wanted) => {
    const { room, methods } = await roomOf(raw, secrets);
    expect(room.permit).toBeUndefined();
    expect(await room.erased(1000)).toBeNull();
    const status = await methods.storeStatus({});
    expect(status).toMatchObject({ configured: false, replica: null, offered: [] });
    if (wanted === null) expect(status.problem).toBeNull();
    else expect(status.problem).toContain(wanted);
    await expect(methods.storePush({})).rejects.toThrow(/SUPABASE_SERVICE_ROLE_KEY/);
    await room.close({ keepLeases: false, goodbye: false, within: 100 });
  },
);

test('a demo replicates nothing, whatever the environment says', async () => {
  const { room, methods } = await roomOf(url, { SUPABASE_SERVICE_ROLE_KEY: 'sb_secret_x' }, true);
  expect(room.permit).toBeUndefined();
  expect(await methods.storeStatus({})).toMatchObject({ configured: false, problem: null });
});

test('the banner says since when Supabase is away, how much waits and that nothing is lost; a wrong edit names its field', () => {
  const since = Date.UTC(2026, 10, 22, 17, 2);
  const info = { since, waitingRows: 1204, reason: 'Supabase cannot be reached: no answer' };
  expect(replicaBanner({ ...info, status: 'away' }, 'America/Sao_Paulo')?.text).toBe(
    'Supabase away since 14:02: 1,204 writes wait here, none lost',
  );
  expect(replicaBanner({ ...info, status: 'refused' }, 'Nowhere/Land')).toMatchObject({ level: 'bad' });
  const edited = { ...info, status: 'ok', reason: 'padaria: ai_config.temperature must be at most 2' } as const;
  expect(replicaBanner(edited, 'UTC')).toMatchObject({ code: 'replica-edit', text: edited.reason });
  expect(replicaBanner({ ...info, status: 'ok', reason: null }, 'UTC')).toBeNull();

  const told = (status: 'away' | 'refused') => {
    const banner = replicaBanner({ ...info, status }, 'America/Sao_Paulo');
    return ptBanners[banner?.code ?? '']?.(banner?.values ?? {});
  };
  expect(told('away')).toBe('Supabase fora do ar desde 14:02: 1.204 gravações esperam aqui, nenhuma perdida');
  expect(told('refused')).toMatch(/ \(1\.204 gravações esperam aqui, nenhuma perdida\)$/);
  // As a master of before says it.
  expect(ptBanners['replica-away']?.({ since: '14:02', waiting: '1,204' })).toContain(' 1.204 gravações');
});

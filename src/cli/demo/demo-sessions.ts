import { type DemoSession, demoFleet } from '../../../workers/whatsapp/simulated/demo-fleet.ts';
import { defaultConfig, type SessionConfig, timingConfigSchema } from '../../session/session-config.ts';
import { parseSessionName } from '../../session/session-name.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { StoredSession } from '../../store/session-store.ts';
import type { Store } from '../../store/store.ts';
import { demoInstructions } from './demo-words.ts';

/** The sessions of a demo as a master finds them: made weeks ago, and most of them to be started. */

export interface DemoStanding {
  readonly demo: DemoSession;
  readonly session: StoredSession;
}

const minuteMs: Milliseconds = 60_000;
const dayMs: Milliseconds = 86_400_000;
/** Since when the ones in trouble are. */
export const loggedOutFor: Milliseconds = 27 * minuteMs;
export const gaveUpFor: Milliseconds = 12 * minuteMs;
/** The first of the customers who wait for a bot without an AI. */
export const silentFor: Milliseconds = 10 * minuteMs;
const stoppedFor: Milliseconds = 12 * dayMs;

const allDays = [0, 1, 2, 3, 4, 5, 6];
const clock = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

/** Hours in which a bot is closed now: those of an office, or, in the daytime, those of an evening. */
export const closedNow = (hour: number): { readonly days: number[]; readonly from: string; readonly to: string } => {
  const isDay = hour >= 8 && hour < 19;
  return isDay ? { days: allDays, from: clock(hour + 2), to: '24:00' } : { days: allDays, from: '09:00', to: '18:00' };
};

const configOf = (demo: DemoSession, timeZone: string, hour: number): SessionConfig => {
  const config = defaultConfig();
  const openingHours = demo.stands === 'closed' ? [closedNow(hour)] : null;
  return {
    ...config,
    ai: { ...config.ai, provider: demo.ai, dailyBudgetUsd: demo.visits > 15 ? 1 : null },
    timing: timingConfigSchema.parse({ ...config.timing, ...demo.timing, timeZone, openingHours }),
  };
};

const standAs = (store: Store, { demo, session }: DemoStanding, now: EpochMs): void => {
  const { sessions } = store;
  if (demo.stands !== 'stopped') sessions.change(session.id, { desiredState: 'running' }, now);
  if (demo.stands !== 'new')
    sessions.setAccount(session.id, { phone: demo.phone, lid: null, pushName: demo.label }, session.createdAt);

  const stand = (
    state: 'logged_out' | 'failed' | 'stopped',
    since: EpochMs,
    code: string | null,
    words: string | null,
  ) => sessions.setState(session.id, { state, since, reasonCode: code, reason: words });
  if (demo.stands === 'logged-out') stand('logged_out', now - loggedOutFor, 'unlinked', 'unlinked on the phone');
  if (demo.stands === 'gave-up')
    stand('failed', now - gaveUpFor, 'gave-up', '6 crashes in 10m: the page ran out of memory');
  if (demo.stands === 'stopped') stand('stopped', now - stoppedFor, null, null);
};

export const createDemoSessions = (
  store: Store,
  at: { readonly timeZone: string; readonly hour: number; readonly now: EpochMs },
): readonly DemoStanding[] =>
  demoFleet.map((demo, index) => {
    const madeAt = at.now - (90 - index * 6) * dayMs;
    const session = store.sessions.create(
      {
        name: parseSessionName(demo.name),
        label: demo.label,
        engine: 'simulated',
        expectedPhone: null,
        config: configOf(demo, at.timeZone, at.hour),
        instructions: demoInstructions(demo.label),
        author: 'demo',
      },
      madeAt,
    );
    const standing = { demo, session };
    standAs(store, standing, at.now);
    return standing;
  });

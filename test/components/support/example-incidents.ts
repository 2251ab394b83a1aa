import type { Incident } from '../../../src/protocol/fleet.ts';
import { hours, minutes, now } from './fake-fleet.ts';

/** A running incident, those of the days before, and how much was connected meanwhile. */

export const exampleIncident = (): Incident => ({
  id: 14,
  blame: 'whatsapp-change',
  cause: 'WhatsApp Web or the network',
  startedAt: now - minutes(10),
  endedAt: null,
  sessionIds: Array.from({ length: 9 }, (_, index) => `id-loja-${index}`),
  totalSessions: 12,
  checks: [
    { name: 'internet', result: 'ok' },
    { name: 'whatsapp', result: 'ok' },
    { name: 'page', result: 'ok' },
    { name: 'login', result: 'fails' },
  ],
  conclusion: 'probably a change at WhatsApp, not your server',
  nextTryAt: now + minutes(2),
  clientText: 'O WhatsApp Web está fora do ar; suas mensagens esperam e serão respondidas.',
});

/** Incidents that are over: one of each blame, in the days before. */
export const pastIncidents = (): readonly Incident[] =>
  (
    [
      [13, 'network', "This server's network", hours(33), minutes(2), 12],
      [12, 'server', 'This server', hours(83), minutes(14), 4],
      [11, 'whatsapp', 'WhatsApp Web', hours(118), minutes(6), 7],
    ] as const
  ).map(([id, blame, cause, ago, lasted, count]) => ({
    ...exampleIncident(),
    id,
    blame,
    cause,
    startedAt: now - ago,
    endedAt: now - ago + lasted,
    sessionIds: exampleIncident().sessionIds.slice(0, count),
    nextTryAt: null,
  }));

/** A week of hours, the newest last: connected but for an hour each of the incidents took. */
export const connectedHours: readonly (number | null)[] = Array.from({ length: 168 }, (_, index) => {
  if (index < 10) return null;
  const ago = 167 - index;
  return ago === 0 ? 0.86 : ago === 33 ? 0.6 : ago === 83 ? 0.75 : 1;
});

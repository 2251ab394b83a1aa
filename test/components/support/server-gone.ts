import { createLeftBehind } from '../../../src/client/left-behind.ts';
import type { Banner, FleetSnapshot, Incident } from '../../../src/protocol/fleet.ts';
import type { GoneSession } from '../../../src/protocol/group.ts';
import { leftWords } from '../../../src/words/gone-words.ts';
import { incidentWordsIn } from '../../../src/words/incident-words.ts';
import { exampleFleet } from './example-fleets.ts';
import { minutes, now } from './fake-fleet.ts';

/** The example fleet beside a server that is gone or was stopped, with sessions of every kind that it can leave behind. */

const session = (name: string, more: Partial<GoneSession> = {}): GoneSession => ({
  id: null,
  name,
  failover: 'auto',
  takenBy: null,
  leaseLasts: false,
  ...more,
});

const leftBehind: readonly GoneSession[] = [
  session('mercado-sul', { failover: 'manual' }),
  session('otica-norte', { failover: 'manual' }),
  session('papelaria-ideal'),
  session('restaurante-vila', { leaseLasts: true }),
  session('salao-da-lu', { takenBy: 'vps-sp3' }),
];

const since = now - minutes(4);

const incident: Incident = {
  id: 31,
  blame: 'server-gone',
  cause: `${incidentWordsIn.en.blames['server-gone'].cause} (vps-sp2)`,
  startedAt: now - minutes(2),
  endedAt: null,
  sessionIds: leftBehind.map(({ name }) => name),
  totalSessions: leftBehind.length,
  checks: [],
  conclusion: `${incidentWordsIn.en.blames['server-gone'].conclusion} ${leftWords(leftBehind, 'en')}`,
  nextTryAt: null,
  clientText: '',
  gone: { node: 'vps-sp2', sessions: leftBehind },
};

const bannerOf = (stopped: boolean): Banner => {
  const waiting = leftBehind.filter(({ takenBy }) => takenBy === null).map(({ name }) => name);
  const names = waiting.slice(0, 5).join(', ');
  const left = leftWords(leftBehind, 'en');
  return {
    id: 'node-gone:n2',
    level: 'warn',
    code: stopped ? 'node-stopped' : 'node-gone',
    text: stopped
      ? `the server vps-sp2 was stopped, and ${waiting.length} of its sessions wait for it: ${names}`
      : `the server vps-sp2 is gone. ${left}`,
    since,
    values: {
      node: 'vps-sp2',
      nodeId: 'n2',
      since,
      waiting: waiting.length,
      names,
      left,
      leftPt: leftWords(leftBehind, 'pt-BR'),
    },
  };
};

/** `told`: people were told of it from here; `heard`: from another server; `stopped`: it said goodbye. */
export const serverGone = (how: 'told' | 'heard' | 'stopped'): FleetSnapshot => {
  const whole = exampleFleet('calm', 12);
  const stopped = how === 'stopped';
  const gone = [{ id: 'n2', name: 'vps-sp2', host: 'vps-sp2', since, stopped, sessions: leftBehind }];
  return createLeftBehind()({
    ...whole,
    banners: how === 'told' ? [] : [bannerOf(stopped)],
    incidents: how === 'told' ? [incident] : [],
    group: { peers: [], gone },
  });
};

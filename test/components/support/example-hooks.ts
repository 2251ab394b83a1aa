import type { DeadHookEvent, HookLine } from '../../../src/session/hook.ts';
import { hookEventTypes } from '../../../src/session/hook.ts';
import { days, hours, minutes, now } from './fake-fleet.ts';
// Loaded when it is opened otherwise, which a picture does not wait for.
import '../../../components/screens/hooks-screen.tsx';
import '../../../components/actions/flows/hook-flows.ts';

/** Hooks in each standing: one that fails, one that is well, one without a secret. */

const hook = (name: string, more: Partial<HookLine>): HookLine => ({
  name,
  url: `https://${name}.example.com/zap-fleet`,
  events: hookEventTypes,
  allowHosts: [],
  hasSecret: true,
  setAt: now - days(12),
  setBy: 'you',
  delivered: 0,
  deliveredAt: null,
  waiting: 0,
  oldestAt: null,
  dead: 0,
  problem: null,
  failingSince: null,
  nextTryAt: null,
  ...more,
});

export const exampleHooks: readonly HookLine[] = [
  hook('crm', {
    delivered: 12_408,
    deliveredAt: now - hours(27),
    waiting: 311,
    oldestAt: now - hours(23),
    dead: 3,
    problem: 'crm.example.com refused it with HTTP 503\u001b[2J',
    failingSince: now - hours(26),
    nextTryAt: now + minutes(9),
  }),
  hook('equipe', {
    events: ['customer.silent', 'customer.handed_over', 'session.qr_needed'],
    delivered: 41,
    deliveredAt: now - minutes(3),
  }),
  hook('n8n', {
    url: 'http://n8n.local:5678/webhook/padaria',
    allowHosts: ['n8n.local'],
    hasSecret: false,
    waiting: 2,
  }),
];

const reason = 'crm.example.com refused it with HTTP 503';
export const exampleDead: readonly DeadHookEvent[] = [
  { id: 903, type: 'customer.handed_over', at: now - hours(24), diedAt: now - minutes(6), reason, isDue: false },
  { id: 902, type: 'message.answered', at: now - hours(25), diedAt: now - minutes(66), reason, isDue: false },
  { id: 901, type: 'message.received', at: now - hours(25), diedAt: now - minutes(66), reason, isDue: true },
];

import type { ArmFigures, CanarySummary } from '../../../src/session/canary.ts';
import { hours, now } from './fake-fleet.ts';

/** A canary at its half, and one that rolled itself back. */

const arm = (turns: number, more: Partial<ArmFigures> = {}): ArmFigures => ({
  chats: Math.round(turns / 3),
  turns,
  open: 1,
  answered: turns - 2,
  drafted: 0,
  silent: 1,
  handedOver: 1,
  owner: 2,
  errors: 0,
  silentChats: 1,
  handedOverChats: 1,
  ownerChats: 2,
  medianMs: 21_400,
  costUsd: turns * 0.0004,
  ...more,
});

export const exampleCanary = (sessionName: string): CanarySummary => ({
  id: 'c1',
  sessionName,
  state: 'running',
  end: null,
  evidence: null,
  waits: false,
  label: null,
  peers: [],
  share: 20,
  version: 4,
  baseVersion: 3,
  settings: { 'ai_config.model': 'gpt-5.6-terra\u001b[31m' },
  rules: ['silent>5%'],
  startedAt: now - hours(12),
  endsAt: now + hours(12),
  endedAt: null,
  startedBy: 'you',
  decidedBy: null,
  figures: { canary: arm(241), control: arm(1004, { silent: 12, silentChats: 9, medianMs: 19_800 }) },
});

export const rolledBackCanary = (sessionName: string): CanarySummary => ({
  ...exampleCanary(sessionName),
  state: 'rolled-back',
  end: 'worse',
  evidence: { measure: 'silent', canary: 14, canaryOf: 31, control: 3, controlOf: 130 },
  waits: true,
  settings: {},
  rules: [],
  endedAt: now - hours(1),
  figures: { canary: arm(61, { silent: 19, silentChats: 14, answered: 40 }), control: arm(260) },
});

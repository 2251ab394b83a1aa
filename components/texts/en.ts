import { enActionLabels } from './en/action-labels.ts';
import { enCanaryLabels } from './en/canary-labels.ts';
import { enFirstRunLabels } from './en/first-run-labels.ts';
import { enFleetChartLabels } from './en/fleet-chart-labels.ts';
import { enFleetLabels } from './en/fleet-labels.ts';
import { enHeadLabels } from './en/head-labels.ts';
import { enIncidentLabels } from './en/incident-labels.ts';
import { enKeyLabels } from './en/key-labels.ts';
import { enLessonLabels } from './en/lesson-labels.ts';
import { enOverviewLabels } from './en/overview-labels.ts';
import { enProposalLabels } from './en/proposal-labels.ts';
import { enRehearsalLabels } from './en/rehearsal-labels.ts';
import { enSessionLabels } from './en/session-labels.ts';
import { enSettingLabels } from './en/setting-labels.ts';
import { enTryLabels } from './en/try-labels.ts';
import type { Told } from './templates.ts';

/** Every English word of the dashboard, by subject in `en/`. ASCII; short, calm, concrete; says the next key or command. */
export const en = {
  ...enFleetLabels,
  ...enFleetChartLabels,
  ...enKeyLabels,
  ...enSessionLabels,
  ...enIncidentLabels,
  ...enActionLabels,
  ...enFirstRunLabels,
  ...enHeadLabels,
  ...enOverviewLabels,
  ...enSettingLabels,
  ...enTryLabels,
  ...enRehearsalLabels,
  ...enProposalLabels,
  ...enCanaryLabels,
  ...enLessonLabels,
  /** What master and workers say, as they say it. */
  said: (text: string): string => text,
  // Who records something says it in one English sentence: there is nothing to translate by its code.
  banner: {},
  reason: {},
  // What the master's sentence calls by its key.
  event: { 'config-changed': (told: Told) => `${told('key')} changed` },
  turnStep: {},
  turnOutcome: {},
  outcomeReason: {},
  pauseReason: {},
  blame: {},
} as const;

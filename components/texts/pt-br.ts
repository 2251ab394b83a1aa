import { inPortuguese } from '../../src/words/portuguese/in-portuguese.ts';
import { ptActionLabels } from './pt-br/action-labels.ts';
import { ptBanners } from './pt-br/banner-templates.ts';
import { ptCanaryLabels } from './pt-br/canary-labels.ts';
import { ptEvents } from './pt-br/event-templates.ts';
import { ptFirstRunLabels } from './pt-br/first-run-labels.ts';
import { ptFleetChartLabels } from './pt-br/fleet-chart-labels.ts';
import { ptFleetLabels } from './pt-br/fleet-labels.ts';
import { ptHeadLabels } from './pt-br/head-labels.ts';
import { ptIncidentLabels } from './pt-br/incident-labels.ts';
import { ptKeyLabels } from './pt-br/key-labels.ts';
import { ptLessonLabels } from './pt-br/lesson-labels.ts';
import { ptOverviewLabels } from './pt-br/overview-labels.ts';
import { ptProposalLabels } from './pt-br/proposal-labels.ts';
import { ptBlame, ptOutcomeReasons, ptPauseReasons, ptReasons } from './pt-br/reason-words.ts';
import { ptRehearsalLabels } from './pt-br/rehearsal-labels.ts';
import { ptSessionLabels } from './pt-br/session-labels.ts';
import { ptSettingLabels } from './pt-br/setting-labels.ts';
import { ptTryLabels } from './pt-br/try-labels.ts';
import { ptTurnOutcomes, ptTurnSteps } from './pt-br/turn-templates.ts';
import type { Texts } from './texts.ts';

/** Todas as palavras em português do painel, por assunto em `pt-br/`. Quem escreve é o contato; o cliente é o dono do número. Curto, calmo, concreto. */
export const ptBr: Texts = {
  ...ptFleetLabels,
  ...ptFleetChartLabels,
  ...ptKeyLabels,
  ...ptSessionLabels,
  ...ptIncidentLabels,
  ...ptActionLabels,
  ...ptFirstRunLabels,
  ...ptHeadLabels,
  ...ptOverviewLabels,
  ...ptSettingLabels,
  ...ptTryLabels,
  ...ptRehearsalLabels,
  ...ptProposalLabels,
  ...ptCanaryLabels,
  ...ptLessonLabels,
  // Its tables are read when something is said that has no code: not for the first frame.
  said: (text) => inPortuguese(text),
  banner: ptBanners,
  reason: ptReasons,
  event: ptEvents,
  turnStep: ptTurnSteps,
  turnOutcome: ptTurnOutcomes,
  outcomeReason: ptOutcomeReasons,
  pauseReason: ptPauseReasons,
  blame: ptBlame,
};

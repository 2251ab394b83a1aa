import { ptBr } from '../../components/texts/pt-br.ts';
import { eventText, reasonText } from '../../components/view-models/told.ts';
import { turnOutcome, turnSteps } from '../../components/view-models/turns.ts';
import { inPortuguese } from '../words/portuguese/in-portuguese.ts';
import type { Voice } from './command-context.ts';
import type { Told } from './commands/command.ts';

/** The shell says why of sessions and of messages in one column. */
const bothTables = { ...ptBr, reason: { ...ptBr.outcomeReason, ...ptBr.reason } };
const voice = { t: ptBr, language: 'pt-BR' } as const;

/** What master and workers recorded, in Portuguese: with the templates of the dashboard. Only loaded for whom reads it. */
export const toldInPortuguese: Told = {
  reason: (code, reason) => reasonText(bothTables, 'reason', code, reason),
  event: (event) => eventText(event, voice),
  turn: (turn) => ({ outcome: turnOutcome(turn, voice), steps: turnSteps(turn, voice) }),
};

export const portugueseVoice: Voice = { say: inPortuguese, told: toldInPortuguese };

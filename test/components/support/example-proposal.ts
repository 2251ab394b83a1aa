import type { Proposal, ProposalPlan } from '../../../src/session/proposal.ts';
import { exampleLessons } from './example-lessons.ts';
import { exampleRehearsal } from './example-rehearsal.ts';
import { hours, now } from './fake-fleet.ts';

/** A change of the instructions that waits for a person: two edits, three lessons, one of them rehearsed. */
export const exampleProposal = (name: string): Proposal => {
  const { rehearsal, cases } = exampleRehearsal(name);
  return {
    proposal: {
      id: 4,
      sessionName: name,
      state: 'waiting',
      reason: null,
      isStale: false,
      baseVersion: 3,
      version: null,
      model: 'gpt-5.6-luna',
      isNightly: true,
      edits: 2,
      refused: [{ problem: 'no-owner', what: '' }],
      lessons: exampleLessons.length,
      costUsd: 0.0123,
      startedAt: now - hours(5),
      endedAt: now - hours(5),
      decidedBy: null,
    },
    changes: [
      {
        reason: 'O dono sempre diz que atende também aos domingos.',
        lessons: [1, 2],
        lines: [
          { sign: ' ', text: 'Você é o atendente da Barbearia do Zé.' },
          { sign: '-', text: 'Abrimos de segunda a sábado, das 9h às 20h.' },
          { sign: '+', text: 'Abrimos de segunda a sábado, das 9h às 20h, e aos domingos das 9h às 13h.' },
          { sign: ' ', text: 'Corte R$ 45, barba R$ 35.' },
        ],
      },
      {
        reason: 'Sem hora marcada o dono manda chegar cedo.\u001b]0;x\u0007',
        lessons: [3],
        lines: [
          { sign: ' ', text: 'Seja breve e gentil.' },
          { sign: '+', text: 'Quem vem sem hora marcada chega cedo: por ordem de chegada.' },
        ],
      },
    ],
    lessons: exampleLessons.map((lesson, index) => ({
      number: index + 1,
      lesson,
      caseId: index === 0 ? (cases[0]?.id ?? null) : null,
    })),
    rehearsal: { ...rehearsal, state: 'budget', reason: "the night's budget is spent" },
    cases,
    changedChats: 3,
  };
};

export const exampleProposalPlan: ProposalPlan = {
  lessons: 5,
  model: 'gpt-5.6-luna',
  askUsd: 0.0182,
  rehearsedTurns: 40,
  rehearsalUsd: 0.0431,
  isPriceKnown: true,
  budgetLeftUsd: 1.8,
};

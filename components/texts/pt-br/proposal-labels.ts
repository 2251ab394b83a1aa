import type { enProposalLabels } from '../en/proposal-labels.ts';
import type { Widened } from '../widened.ts';

/** Uma mudança nas instruções que a IA propõe. */
export const ptProposalLabels: Widened<typeof enProposalLabels> = {
  proposal: {
    place: 'Proposta',
    about: ['Uma mudança do prompt que a IA propõe, do que sua gente faz diferente.'],
    pane: { changes: 'mudanças', lessons: 'lições', rehearsal: 'ensaio' },
    noChanges: 'Não há mudança nela.',
    noRehearsal: 'Nada dela pôde ser ensaiado: não há respostas gravadas.',
    itself: 'A proposta',
    rehearsed: 'O ensaio dela',
    readFirst: 'Leia esta resposta primeiro',
    readNext: 'E esta',
    fact: { changes: 'muda', asked: 'pedida', asking: 'custou pedir' },
    asked: { night: 'sozinha, de noite', person: 'por uma pessoa' },
    beingMade: 'Está sendo feita; sair desta tela não para.',
    ask: 'pedir uma proposta',
    askTitle: (name) => `Pedir uma proposta para ${name}?`,
    dropTitle: (name) => `Descartar a proposta de ${name}?`,
    dropWhat: 'Nada muda, e a mesma mudança não é proposta de novo.',
    dropped: 'descartada',
    none: (name) => [
      'Nenhuma proposta ainda. A IA lê o que as pessoas fazem diferente do robô, propõe uma mudança no prompt e a ensaia. Você publica, ou deixa como está.',
      `Agora: :propose ${name}. Toda noite: o ajuste "Propor" deste robô.`,
    ],
  },
};

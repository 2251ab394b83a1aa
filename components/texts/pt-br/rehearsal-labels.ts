import type { enRehearsalLabels } from '../en/rehearsal-labels.ts';
import type { Widened } from '../widened.ts';

/** Um ensaio: o que foi gravado, perguntado de novo com uma mudança. */
export const ptRehearsalLabels: Widened<typeof enRehearsalLabels> = {
  rehearsal: {
    place: 'Ensaio',
    about: [
      'O que clientes escreveram, perguntado de novo com uma mudança. Ninguém recebe nada.',
      'O que clientes escreveram, perguntado de novo com uma mudança.',
    ],
    head: { word: 'resultado', question: 'pergunta', why: 'por quê' },
    newInstructions: (base) => (base === null ? 'instruções novas' : `instruções novas, ao lado da versão ${base}`),
    rulesAlone: 'só as regras julgam',
    judgedBy: (model) => `com ${model} de juiz`,
    progress: (done, total) => `${done} de ${total}`,
    notAsked: 'ainda não',
    notDone: 'falhou',
    failed: (n) => `${n} não ${n === 1 ? 'pôde ser perguntada' : 'puderam ser perguntadas'}`,
    otherHistories: (n) => `${n} com outro histórico que na época: a conversa mudou desde então`,
    result: 'O que deu',
    onward: 'Até onde foi',
    fact: { cost: 'custo', began: 'começou' },
    costs: (now, then) => `${now}; as respostas de então custaram ${then}`,
    before: 'Antes',
    now: 'Agora',
    characters: (n) => `${n} caracteres`,
    asksForPerson: (why) => `pede uma pessoa: ${why}`,
    noAnswer: (why) => (why === '' ? 'sem resposta' : `sem resposta: ${why}`),
    filtered: (what) => `tirado: ${what}`,
    judgeSays: (why) => `o juiz: ${why}`,
    otherHistory: 'a conversa mudou desde então: foi perguntado com o que resta do histórico',
    caseNamed: (name) => `caso ${name}`,
    noTurn: 'não há aqui resposta gravada para virar caso',
    caseMade: (title) => `virou caso: ${title}`,
    none: (name) => [
      'Ainda não há ensaio. Ele pergunta de novo o que os clientes escreveram, com outras instruções, e mostra as duas respostas lado a lado.',
      'Comece um nas instruções deste robô (ajustes, tab), com T.',
      `No terminal: zap-fleet rehearse ${name} --instructions ARQUIVO`,
    ],
    askTitle: (name) => `Ensaiar ${name}?`,
    nobodyGets: 'Nenhum cliente recebe nada disso.',
    planned: 'é isto que custa',
    begun: 'em curso; sair desta tela não para',
    publishTitle: (name) => `Publicar em ${name}?`,
    publishWhat: 'Vale a partir da próxima resposta. Instruções viram uma versão nova; dá para voltar.',
  },
};

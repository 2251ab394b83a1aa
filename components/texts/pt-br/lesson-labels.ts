import type { enLessonLabels } from '../en/lesson-labels.ts';
import type { Widened } from '../widened.ts';

/** O que as pessoas fizeram diferente do robô. */
export const ptLessonLabels: Widened<typeof enLessonLabels> = {
  lessons: {
    kind: { takeover: 'o dono assumiu', edited: 'um rascunho foi mudado', dropped: 'um rascunho foi descartado' },
    customer: 'contato',
    bot: 'robô',
    botWould: 'diria',
    person: 'pessoa',
    now: 'robô agora',
    silent: 'não disse nada',
    nothing: 'nada: não saiu',
    version: (version) => `instruções v${version}`,
    nthOf: (n, of) => `${n} de ${of}`,
    none: [
      'Ninguém fez diferente deste robô ainda.',
      'O que o dono escreve numa conversa ele mesmo, e rascunhos mudados ou descartados, aparecem aqui ao lado do que o robô disse.',
    ],
    moreRows: (rows) => (rows === 1 ? 'mais 1 linha' : `mais ${rows} linhas`),
    wholeTitle: (kind, when) => `${kind}, ${when}`,
    masked: 'Nomes e números estão mascarados.',
    dismissWhat: 'Não aparece mais. Nada além disso muda.',
    dismissed: 'não aparece mais',
  },
};

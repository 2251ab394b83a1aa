import { foundBys } from '../../../src/session/knowledge.ts';
import { foundWords, portugueseFound } from '../../../src/session/passage-words.ts';
import { answerNote } from '../../../src/words/answer-notes.ts';
import { inPortuguese } from '../../../src/words/portuguese/in-portuguese.ts';
import type { Told } from '../templates.ts';
import type { Texts } from '../texts.ts';

const media = (kind: string): string => ({ audio: 'Áudio', image: 'Imagem', document: 'Documento' })[kind] ?? kind;

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const because = (code: string): string =>
  ({ quiet: 'a conversa ficou quieta', 'max-wait': 'a espera máxima acabou', 'max-messages': 'o máximo que se junta' })[
    code
  ] ?? code;

/** Por que um trecho foi achado; vazio: só palavras foram comparadas. */
const foundBy = (by: string): string =>
  foundWords(
    foundBys.find((one) => one === by),
    portugueseFound,
  );

/** Como uma resposta termina, pelo código. */
export const ptTurnOutcomes: Texts['turnOutcome'] = {
  running: 'sendo respondida',
  sending: 'sendo enviada',
  answered: 'respondida',
  drafted: 'espera como rascunho',
  held: 'guardada',
  unanswered: 'SEM RESPOSTA',
  unknown: 'INCERTA',
  superseded: 'substituída por uma resposta mais nova',
  interrupted: 'interrompida',
};

/** Os passos de uma resposta. */
export const ptTurnSteps: Texts['turnStep'] = {
  joined: (v: Told) => `${v('messages')} msg de ${v('who')} juntadas após ${v('waitedMs')} (${because(v('because'))}).`,
  'media-described': (v: Told) => `${media(v('kind'))} lido pela IA: "${v('text')}".`,
  'media-failed': (v: Told) => `${media(v('kind'))} não pôde ser lido: ${v('reason')}.`,
  history: (v: Told) =>
    `Memória: ${v('messages')} mensagens anteriores${v('summary') === 'true' ? ' e um resumo das mais antigas' : ''}.`,
  asked: (v: Told) =>
    `Perguntado a ${v('provider') === v('model') ? '' : `${v('provider')} `}${v('model')} ${v('instructions', '') === '' ? 'sem instruções' : `com as instruções na versão ${v('instructions')}`}.`,
  retry: (v: Told) => `${v('reason')}; tentado de novo após ${v('afterMs')}.`,
  'cheaper-model': (v: Told) => `Perto do orçamento do dia: usado o modelo mais barato, ${v('model')}.`,
  canary: (v: Told) =>
    v('arm') === 'canary'
      ? 'Em um canário: respondida com a mudança.'
      : 'Ao lado de um canário: respondida como publicado.',
  'canary-ended': () => 'O canário foi desfeito antes de qualquer envio: perguntado de novo como publicado.',
  answered: (v: Told) =>
    `Resposta em ${v('tookMs')}: ${v('inputTokens')} tokens de entrada, ${v('outputTokens')} de saída.`,
  noted: (v: Told) => sentence(inPortuguese(answerNote(v('what')))),
  filtered: (v: Told) => `Retirado da resposta: ${v('what').split(', ').map(inPortuguese).join(', ')}.`,
  'asked-shorter': (v: Told) =>
    `O pedido foi recusado (${v('reason')}): perguntado mais uma vez com menos histórico${v('material', '') === 'true' ? ' e sem os arquivos' : ''}.`,
  knowledge: (v: Told) =>
    `Recebeu de ${v('file')}, versão ${v('version')}, trecho ${v('passage')}${v('page', '') === '' ? '' : `, página ${v('page')}`}${v('row', '') === '' ? '' : `, linha ${v('row')} da tabela`}${v('line', '') === '' ? '' : `, linha ${v('line')}`}${v('heading', '') === '' ? '' : ` (${v('heading')})`}${foundBy(v('by', ''))}.`,
  'meaning-failed': (v: Told) => `Os arquivos foram consultados só por palavras: ${inPortuguese(v('reason'))}.`,
  'knowledge-gap': () => 'Nada nos arquivos desta sessão responde ao que foi perguntado.',
  'knowledge-failed': (v: Told) => `Os arquivos desta sessão não puderam ser consultados: ${v('reason')}.`,
  cut: (v: Told) =>
    `A resposta tinha ${v('characters')} caracteres: foi cortada em ${v('parts')} ${v('parts') === '1' ? 'parte' : 'partes'}.`,
  'asks-for-person': (v: Told) => `A IA pediu uma pessoa: ${v('reason')}.`,
  'tool-asked': (v: Told) => `A IA chama ${v('tool')} com ${v('arguments')}.`,
  'tool-refused': (v: Told) => `${v('tool')} não foi chamada: ${v('reason')}.`,
  'tool-ok': (v: Told) => `${v('tool')} respondeu em ${v('tookMs')} (HTTP ${v('status')}): ${v('answer')}.`,
  'tool-failed': (v: Told) => `${v('tool')} não foi feita, após ${v('tookMs')}: ${v('reason')}.`,
  'tool-unknown': (v: Told) =>
    `Ninguém sabe se ${v('tool')} foi feita, após ${v('tookMs')}: ${v('reason')}. Uma pessoa foi pedida.`,
  'file-asked': (v: Told) =>
    `A IA envia ${v('fileName')} (${v('file')})${v('caption', '') === '' ? '' : ` com "${v('caption')}"`}.`,
  'file-refused': (v: Told) => `A IA pediu o arquivo ${v('file')}, que não é enviado: ${inPortuguese(v('reason'))}`,
  'file-failed': (v: Told) => `O arquivo ${v('file')} não saiu: ${inPortuguese(v('reason'))}. O resto da resposta sai.`,
  spoken: (v: Told) => `Falada com a voz ${v('voice')}.`,
  'voice-failed': (v: Told) => `Não falada, enviada por texto: ${inPortuguese(v('reason'))}.`,
  claimed: (v: Told) => `A resposta dizia "${v('what')}", e nada foi feito: não enviada, perguntado de novo.`,
  'claimed-again': (v: Told) => `Disse de novo ("${v('what')}"): não enviada, uma pessoa foi pedida.`,
  split: (v: Told) => `Dividida em ${v('parts')} ${v('parts') === '1' ? 'parte' : 'partes'}.`,
  draft: () => 'Modo de observação: fica como rascunho até uma pessoa aprovar.',
  'draft-edited': (v: Told) => `Mudada por ${v('actor') === 'you' ? 'você' : v('actor')}.`,
  'draft-approved': (v: Told) => `Aprovada por ${v('actor') === 'you' ? 'você' : v('actor')}.`,
  superseded: (v: Told) => `Chegaram mais ${v('messages')} antes do envio: perguntado de novo com todas.`,
  interrupted: () => 'O processo parou antes de guardar a resposta: as mensagens foram retomadas.',
  refused: (v: Told) => `O serviço de IA recusa até alguém agir: ${v('reason')}.`,
  'no-answer': (v: Told) => `O serviço de IA não deu nada para enviar: ${v('reason')}.`,
  'part-sent': (v: Told) =>
    `Parte ${v('part')} enviada${v('afterCrash', '') === 'true' ? ' (achada depois de um reinício)' : v('late', '') === 'true' ? ' (o WhatsApp confirmou tarde)' : ''}.`,
  'part-refused': (v: Told) => `Parte ${v('part')} recusada pelo WhatsApp: ${v('reason')}.`,
  'part-lookup': (v: Told) =>
    `Parte ${v('part')}: ${v('afterCrash', '') === 'true' ? 'o processo parou durante o envio' : 'o WhatsApp não confirmou'}, procurada pelo id: ${v('result') === 'absent' ? 'não está lá' : v('result')}.`,
  'part-unknown': (v: Told) =>
    `Parte ${v('part')}: entregue ao WhatsApp, que nunca confirmou. Pode ter chegado, então não é enviada outra vez.`,
  'part-failed': (v: Told) => `Parte ${v('part')}: o WhatsApp aceitou e não conseguiu entregar.`,
  'part-restricted': (v: Told) =>
    `Parte ${v('part')} espera: o WhatsApp não aceita mensagens deste número ${v('code') === 'restricted' ? 'para ninguém' : 'para contatos novos'} (${v('reason')}).`,
  'part-waits': (v: Told) =>
    `Parte ${v('part')} espera ${v('waitMs')}: ${v('code') === 'warm-up' ? 'o limite de contatos novos por dia' : 'o limite de mensagens'} foi atingido.`,
  'part-dropped': (v: Told) => `Parte ${v('part')} não foi enviada: ${v('reason')}.`,
};

import type { Sentences } from './sentences.ts';

/** What a proposal says, in Portuguese. */
export const proposalSentences: Sentences = [
  // What cannot be asked for or decided.
  [
    '{} has no AI (ai_config.provider is none): nobody can propose anything',
    '{} não tem IA (ai_config.provider é none): ninguém pode propor nada',
  ],
  ['the AI of {} refuses now', 'a IA de {} está recusando agora'],
  ['Ask when it answers again: {}', 'Peça quando ela voltar a responder: {}'],
  ['a proposal of {} is being made already', 'uma proposta de {} já está sendo feita'],
  ['a proposal of {} waits for you already', 'uma proposta de {} já espera você'],
  [
    '{} has no lessons that nothing was proposed of yet: there is nothing to ask',
    '{} não tem lições das quais nada se propôs ainda: não há o que perguntar',
  ],
  [
    'this proposal of {} is gone, or another one was made since',
    'esta proposta de {} não existe mais, ou outra foi feita depois',
  ],
  ['this proposal of {} was decided about already', 'sobre esta proposta de {} já se decidiu'],
  [
    'this proposal is gone: what it was made of was erased',
    'esta proposta não existe mais: aquilo de que foi feita foi apagado',
  ],
  [
    'all of the proposal of {} is rehearsed, or it is no more to be',
    'a proposta de {} já foi toda ensaiada, ou não há mais o que ensaiar',
  ],
  [
    'the proposal of {} is still being made and rehearsed. Wait, or drop it',
    'a proposta de {} ainda está sendo feita e ensaiada. Espere, ou descarte-a',
  ],
  ['there is no change in the last proposal of {}', 'não há mudança na última proposta de {}'],
  [
    'the instructions of {} are version {} now; this was proposed for version {}. Drop it; it is made anew',
    'as instruções de {} agora são a versão {}; isto foi proposto para a versão {}. Descarte; outra é feita',
  ],
  ['{} has no proposal yet', '{} ainda não tem proposta'],
  ['Ask for one with: {}', 'Peça uma com: {}'],

  ['a change of the instructions waits for a person', 'uma mudança nas instruções espera uma pessoa'],

  // Why there is none.
  ['the instructions were changed meanwhile', 'as instruções mudaram nesse meio-tempo'],
  ['another server runs the session now', 'outro servidor roda a sessão agora'],
  ['it was not finished', 'não chegou ao fim'],
  [
    '{} runs on another server: its instructions are changed there',
    '{} roda em outro servidor: as instruções são mudadas lá',
  ],
  ['{} runs on another server: it is changed there', '{} roda em outro servidor: é mudada lá'],
  ['the AI has nothing to propose', 'a IA não tem nada a propor'],
  ['nothing of what the AI proposed may be shown', 'nada do que a IA propôs pode ser mostrado'],
  ['what it was to learn from is not stored any more', 'aquilo de que ela aprenderia não está mais guardado'],
  ['the master ended twice while the AI was asked', 'o master terminou duas vezes enquanto a IA era perguntada'],
  ['the AI wrote prose instead of edits, twice', 'a IA escreveu prosa em vez de mudanças, duas vezes'],
  ["the night's budget is spent", 'o orçamento da noite acabou'],
  ['the proposal was dropped', 'a proposta foi descartada'],
  [
    'no change of the instructions was asked for: the budget is spent. It is asked for in the next night',
    'nenhuma mudança nas instruções foi pedida: o orçamento acabou. Fica para a próxima noite',
  ],

  // In the shell.
  ['Nothing was proposed yet. By night: {}. Now: {}', 'Nada foi proposto ainda. Toda noite: {}. Agora: {}'],
  [
    'nothing was asked: without a terminal a proposal is asked for with --yes',
    'nada foi perguntado: sem terminal, uma proposta é pedida com --yes',
  ],
  ['Ask for a proposal for {} now?', 'Pedir uma proposta para {} agora?'],
  [
    '{}: the proposal is version {} of the instructions now, from the next answer on',
    '{}: a proposta agora é a versão {} das instruções, a partir da próxima resposta',
  ],
  ['{}: the proposal is dropped, and not made again', '{}: a proposta foi descartada, e não é feita de novo'],
  [
    'the proposal is made all the same. See: {}. Let it be: {}',
    'a proposta é feita mesmo assim. Veja: {}. Descarte: {}',
  ],
  ['Publish it: {}. Let it be: {}', 'Publique: {}. Descarte: {}'],
  ['--{} do not go together: one at a time', '--{} não vão juntos: um de cada vez'],
];

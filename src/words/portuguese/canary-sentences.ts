import type { Sentences } from './sentences.ts';

/** What a canary says, in Portuguese. */
export const canarySentences: Sentences = [
  // What cannot be begun.
  [
    'a share is a whole number from {} to {} percent: both sides need chats. Example: {}',
    'uma fatia é um número inteiro de {} a {} por cento: os dois lados precisam de conversas. Exemplo: {}',
  ],
  [
    'say a share of the chats or a label, not both: of a label one session is tried whole',
    'diga uma fatia das conversas ou um rótulo, não os dois: de um rótulo, uma sessão é testada inteira',
  ],
  ['a canary runs from one minute to 30 days. Example: {}', 'um canário dura de um minuto a 30 dias. Exemplo: {}'],
  ['"{}" is no rule. What can be read: {}', '"{}" não é uma regra. O que se lê: {}'],
  [
    'silent, handed-over, owner or errors with a share or a count (silent>5%, errors>2), seconds>60, or cost>0.02',
    'silent, handed-over, owner ou errors com porcentagem ou contagem (silent>5%, errors>2), seconds>60, ou cost>0.02',
  ],
  [
    '{} cannot be tried on a part of the chats. What can: {}',
    '{} não pode ser testado em parte das conversas. O que pode: {}',
  ],
  [
    '{} has no AI (ai_config.provider is none): there is nothing to try',
    '{} não tem IA (ai_config.provider é none): não há o que testar',
  ],
  ['this is what {} does already: there is nothing to try', 'é o que {} já faz: não há o que testar'],
  ['the label of {} is {}, not {}', 'o rótulo de {} é {}, não {}'],
  ['empty', 'vazio'],
  [
    '{} has one session only: there is none to compare with. On a share of its chats: {}',
    '{} tem uma sessão só: não há com qual comparar. Em uma fatia das conversas: {}',
  ],
  ['{} has a canary of its own. End that one first', '{} tem um canário próprio. Termine esse antes'],
  [
    'the canary of {} is compared with {}: it would not be any more. End that one first',
    'o canário de {} se compara com {}: deixaria de valer. Termine esse antes',
  ],
  ['a canary of {} runs already. See it: {}. End it: {}', 'um canário de {} já está em curso. Veja: {}. Termine: {}'],
  [
    'the last canary of {} waits for you. Decide first: {}, or {}',
    'o último canário de {} espera você. Decida antes: {}, ou {}',
  ],
  ['{} runs on another server: begin its canary there', '{} roda em outro servidor: comece o canário lá'],
  [
    'say which session of the label is tried, with --session NAME. The others of the label are compared with it',
    'diga qual sessão do rótulo é testada, com --session NOME. As outras do rótulo são comparadas com ela',
  ],
  ['name one session: as NAME or with --session', 'indique uma sessão: como NOME ou com --session'],
  ['promote it or roll it back, not both', 'promova ou desfaça, não os dois'],
  ['a canary is begun or decided, not both. See: {}', 'um canário se começa ou se decide, não os dois. Veja: {}'],

  // What cannot be decided.
  ['no canary of {} runs', 'nenhum canário de {} está em curso'],
  ['no canary of {} runs. Begin one with: {}', 'nenhum canário de {} está em curso. Comece um com: {}'],
  ['another canary of {} was begun since. Look at it first', 'outro canário de {} começou depois. Olhe-o antes'],
  ['the canary of {} was promoted already, by {}', 'o canário de {} já foi promovido, por {}'],
  ['the canary of {} was rolled back already, by {}', 'o canário de {} já foi desfeito, por {}'],
  [
    'the canary of {} rolled itself back: nothing is promoted. If you want it nevertheless, begin another one',
    'o canário de {} se desfez sozinho: nada é promovido. Se ainda assim quer, comece outro',
  ],
  [
    'what the canary of {} was held against has been changed since: nothing is promoted. Begin another one',
    'mudou aquilo com que o canário de {} era comparado: nada é promovido. Comece outro',
  ],

  // In the shell.
  ['No canary. Begin one with: {}', 'Nenhum canário. Comece um com: {}'],
  ['{} has no canary. Begin one with: {}', '{} não tem canário. Comece um com: {}'],
  ['Rolls itself back also on: {}', 'Também se desfaz com: {}'],
  ['For everybody: {}. Not: {}', 'Para todos: {}. Não: {}'],
  ['Seen: {}', 'Já vi: {}'],
  ['{}: promoted. It is in use from the next answer on', '{}: promovido. Vale a partir da próxima resposta'],
  [
    '{}: promoted, instructions version {}. It is in use from the next answer on',
    '{}: promovido, instruções na versão {}. Vale a partir da próxima resposta',
  ],
  [
    '{}: rolled back. All chats are answered as published',
    '{}: desfeito. Todas as conversas são respondidas como publicado',
  ],
  ['a canary is over and waits for a decision', 'um canário acabou e espera uma decisão'],
  ['a canary rolled itself back', 'um canário se desfez sozinho'],
  ['a canary runs in {}% of the chats', 'um canário corre em {}% das conversas'],
  [
    'a canary runs in all chats, beside the other sessions of {}',
    'um canário corre em todas as conversas, ao lado das outras sessões de {}',
  ],

  // Help.
  [
    'try a change on a part of the chats, beside the others: NAME with a change, NAME alone for its figures, or `ls`',
    'testa uma mudança em parte das conversas, ao lado das outras: NAME com a mudança, só NAME para os números, ou `ls`',
  ],
  ['on so many of the chats, always the same ones (20%)', 'em tantas das conversas, sempre as mesmas (20%)'],
  [
    'on one session of a label, whole, beside the others of the label',
    'em uma sessão de um rótulo, inteira, ao lado das outras do rótulo',
  ],
  ['which session of the label', 'qual sessão do rótulo'],
  [
    'for so long, 1m to 30d (24h); then everybody is answered as before',
    'por tanto tempo, 1m a 30d (24h); depois todos são respondidos como antes',
  ],
  [
    'roll back by itself also then: "silent>5%", "errors>2", "seconds>60"; several, one behind the other',
    'também se desfaz sozinho então: "silent>5%", "errors>2", "seconds>60"; vários, um atrás do outro',
  ],
  ["make it the session's, for everybody", 'passa a ser da sessão, para todos'],
  ['end it; the session is as it was', 'termina; a sessão fica como era'],
];

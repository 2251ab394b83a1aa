import type { Sentences } from './sentences.ts';

/** Of hooks, in Portuguese. */
export const hookSentences: Sentences = [
  // Help.
  [
    'addresses that are told what happens: `add NAME HOOK`, `set`, `ls NAME`, `test NAME HOOK`, `dead`, `again`, `rm`',
    'endereços que recebem o que acontece: `add NOME WEBHOOK`, `set`, `ls NOME`, `test NOME WEBHOOK`, `dead`, `again`, `rm`',
  ],
  ['where events go (POST, signed), https', 'para onde vão os eventos (POST, assinado), https'],
  ['which of them (default all): {}', 'quais deles (padrão: todos): {}'],
  [
    'hosts that may lie in a private network, or be asked without https',
    'hosts que podem ficar numa rede privada, ou ser chamados sem https',
  ],

  // What a command prints.
  ['{} tells nobody what happens', '{} não conta a ninguém o que acontece'],
  ['Begin with: zap-fleet hook add {} crm --url https://…', 'Comece com: zap-fleet hook add {} crm --url https://…'],
  ['{}: {} is told what happens from now on: {}', '{}: {} recebe o que acontece a partir de agora: {}'],
  ['Try it with: zap-fleet hook test {} {}', 'Teste com: zap-fleet hook test {} {}'],
  ['{} took it after {} ms (HTTP {})', '{} recebeu em {} ms (HTTP {})'],
  ['{} was told everything that there was to tell', '{} recebeu tudo o que havia para contar'],
  [
    'They are kept for a week. Send them again with: zap-fleet hook again {} {}',
    'Ficam guardados por uma semana. Envie de novo com: zap-fleet hook again {} {}',
  ],
  [
    '{}: {} dead events are sent again, oldest first',
    '{}: {} eventos mortos são enviados de novo, do mais antigo ao mais novo',
  ],
  ['{}: {} is told nothing any more; its secret is forgotten', '{}: {} não recebe mais nada; o segredo foi esquecido'],

  // What is wrong.
  ['{} has no hook {}', '{} não tem o webhook {}'],
  ['See: zap-fleet hook ls {}', 'Veja: zap-fleet hook ls {}'],
  ['See: zap-fleet hook --help', 'Veja: zap-fleet hook --help'],
  ['See: zap-fleet hook dead {} {}', 'Veja: zap-fleet hook dead {} {}'],
  ['{} is none of {}', '{} não é nenhum de {}'],
  ['say where events go, with --url https://…', 'diga para onde vão os eventos, com --url https://…'],
  ['say which hook', 'diga qual webhook'],
  ['{} is no event', '{} não é um evento'],
  ['There are: {}, all', 'Existem: {}, all'],
  ['{} is there already', '{} já existe'],
  ['Change it with: zap-fleet hook set', 'Mude com: zap-fleet hook set'],
  ['a session has {} hooks at most', 'uma sessão tem no máximo {} webhooks'],
  [
    'a hook is named with 1 to 48 small letters, digits, - and _, a letter first',
    'um webhook tem nome de 1 a 48 letras minúsculas, números, - e _, começando por letra',
  ],
  ['{} did not take it: {}', '{} não recebeu: {}'],
  ['{} leads to {}: give the hook that address', '{} leva a {}: dê esse endereço ao webhook'],
  ['{} refused it with HTTP {}: {}', '{} recusou com HTTP {}: {}'],
  ['It said: {}', 'Ele disse: {}'],
  [
    '{} was changed by {} meanwhile: look at it again, and change it then',
    '{} foi mudado por {} enquanto isso: olhe de novo, e mude então',
  ],
  ['{} refused it with HTTP {}', '{} recusou com HTTP {}'],
  [
    'it has no secret on this server, and nothing is sent unsigned',
    'não tem segredo neste servidor, e nada sai sem assinatura',
  ],
  [
    'the hook {} takes no events: {}. They wait for it for a day',
    'o webhook {} não recebe eventos: {}. Eles esperam por um dia',
  ],
  [
    'The hook {} of {} takes no events; they wait for a day',
    'O webhook {} de {} não recebe eventos; eles esperam por um dia',
  ],
  [
    'The hook {} of {} and {} more take no events; they wait for a day',
    'O webhook {} de {} e mais {} não recebem eventos; eles esperam por um dia',
  ],
  ['the hook {} takes events again', 'o webhook {} recebe eventos de novo'],
  ['the hook {} was not told {} event: {}', 'o webhook {} deixou de receber {} evento: {}'],
  ['the hook {} was not told {} events: {}', 'o webhook {} deixou de receber {} eventos: {}'],
  ['the hook {} is set: {}', 'o webhook {} foi definido: {}'],
  ['the hook {} is removed', 'o webhook {} foi removido'],
];

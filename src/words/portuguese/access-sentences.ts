import type { Sentences } from './sentences.ts';

/** Of named tokens and of what they may do, in Portuguese. */
export const accessSentences: Sentences = [
  // Help.
  [
    'the token of the API and of the web page that works now; named ones with less rights: `add NAME --scope …`, `ls`, `revoke NAME`',
    'o token da API e da página que vale agora; tokens com nome e menos direitos: `add NOME --scope …`, `ls`, `revoke NOME`',
  ],
  [
    'with add: read (looks, with what customers wrote), operate (runs the bots) or admin (everything)',
    'com add: read (só olha, inclusive o que clientes escreveram), operate (conduz os robôs) ou admin (tudo)',
  ],
  [
    'with add: only these, with commas between; left out: all',
    'com add: só estas, separadas por vírgula; sem isto: todas',
  ],
  ['with add: 12h, 90d, 52w; left out: never', 'com add: 12h, 90d, 52w; sem isto: nunca'],

  // What a command prints.
  ['this is shown once; the fleet keeps a hash of it alone', 'isto é mostrado uma vez; a frota guarda só um hash dele'],
  ['There are no named tokens', 'Não há tokens com nome'],
  ['Begin with: zap-fleet token add NAME --scope read', 'Comece com: zap-fleet token add NOME --scope read'],
  ['{} opens nothing any more; what it had open is closed', '{} não abre mais nada; o que tinha aberto foi fechado'],

  // What is refused.
  ['this token has the scope {}; this needs {}', 'este token tem o escopo {}; isto pede {}'],
  [
    'this is about the whole fleet, and this token is limited to some sessions',
    'isto é da frota inteira, e este token vale só para algumas sessões',
  ],
  [
    'this token is limited to some sessions, and can make no other one',
    'este token vale só para algumas sessões, e não cria outra',
  ],
  [
    'what a model cost is known of the whole fleet only, and this token is limited to some sessions',
    'quanto custou um modelo só se sabe da frota inteira, e este token vale só para algumas sessões',
  ],
  ['this token was revoked or has expired', 'este token foi revogado ou expirou'],
  [
    'say what it may do: --scope read, --scope operate or --scope admin',
    'diga o que ele pode: --scope read, --scope operate ou --scope admin',
  ],
  ['say its name', 'diga o nome dele'],
  [
    'Example: zap-fleet token add painel --scope read --sessions loja-1',
    'Exemplo: zap-fleet token add painel --scope read --sessions loja-1',
  ],
  [
    'say add, ls or revoke; without a word it prints the token of the API',
    'diga add, ls ou revoke; sem palavra nenhuma mostra o token da API',
  ],
  ['say which one', 'diga qual'],
  ['See: zap-fleet token ls', 'Veja: zap-fleet token ls'],
  [
    '{} is not a token\'s name: use 1 to 40 small letters, digits, ".", "-" and "_"',
    '{} não é nome de token: use de 1 a 40 letras minúsculas, números, ".", "-" e "_"',
  ],
  ["{} is not a session's name", '{} não é nome de sessão'],
  [
    'name at least one session, or leave --sessions out for all',
    'diga ao menos uma sessão, ou tire --sessions para todas',
  ],
  ['{} is no span: write 12h, 90d or 52w', '{} não é um prazo: escreva 12h, 90d ou 52w'],
  ['there is a token {} already', 'já existe um token {}'],
  [
    'Choose another name, or first: zap-fleet token revoke {}',
    'Escolha outro nome, ou antes: zap-fleet token revoke {}',
  ],
  ['there are {} tokens already', 'já existem {} tokens'],
  ['Revoke one first', 'Revogue um antes'],
  ['there is no token {}', 'não existe o token {}'],
  ['the token was not kept', 'o token não foi guardado'],
  [
    'No named token opens anything until it is mended; removed, all of them have ended',
    'Nenhum token com nome abre nada até ele ser consertado; removido, todos acabaram',
  ],
  ['it is damaged', 'está danificado'],

  // `mcp`.
  [
    'the fleet as tools of an assistant (Model Context Protocol, over standard input and output); it looks and changes nothing',
    'a frota como ferramentas de um assistente (Model Context Protocol, pela entrada e saída padrão); olha e não muda nada',
  ],
  [
    'also start, stop, pause, resume and rehearse; nothing of it writes to a customer',
    'também inicia, para, pausa, retoma e ensaia; nada disso escreve a um cliente',
  ],
  [
    'a token of `token add` in this variable: what it may do is the most that is done',
    'um token de `token add` nesta variável: o que ele pode é o máximo que se faz',
  ],
  [
    'with a token: the address of the API, or the name of a node; left out: of this machine',
    'com um token: o endereço da API, ou o nome de um servidor; sem isto: desta máquina',
  ],
  ['give back the next_before of the page before', 'devolva o next_before da página anterior'],
  ['no answer within {} s', 'sem resposta em {} s'],
  ['What was asked may still happen', 'O que foi pedido ainda pode acontecer'],
  ['only these, with commas between; left out: all', 'só estas, separadas por vírgula; sem isto: todas'],
  ['{} holds no token', '{} não tem token'],
  ['Make one: zap-fleet token add NAME --scope read', 'Faça um: zap-fleet token add NOME --scope read'],
  [
    'the API of this fleet does not listen: a token opens nothing',
    'a API desta frota não está escutando: um token não abre nada',
  ],
  [
    'over ssh the key of the person opens: a token is for http(s)://',
    'por ssh quem abre é a chave da pessoa: um token é para http(s)://',
  ],
  [
    'a program speaks here, not a person. See docs/mcp.md for what to tell an assistant',
    'aqui fala um programa, não uma pessoa. Veja em docs/mcp.md o que dizer a um assistente',
  ],
  [
    '--url wants --token-env; a node that is listed: --node NAME',
    '--url pede --token-env; um servidor da lista: --node NOME',
  ],
];

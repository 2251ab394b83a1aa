import type { Sentences } from './sentences.ts';

/** What a rehearsal says, in Portuguese. */
export const rehearsalSentences: Sentences = [
  // What cannot be rehearsed.
  [
    'say what to try: --instructions FILE, --prompt-version N, --model MODEL or --setting key=value',
    'diga o que testar: --instructions ARQUIVO, --prompt-version N, --model MODELO ou --setting chave=valor',
  ],
  ['give instructions or a version of them, not both', 'dê instruções ou uma versão delas, não as duas'],
  ['these instructions are empty', 'estas instruções estão vazias'],
  [
    'A session without instructions is made with: zap-fleet prompt NAME ""',
    'Uma sessão fica sem instruções com: zap-fleet prompt NAME ""',
  ],
  [
    'these instructions have {} characters; at most {} are taken',
    'estas instruções têm {} caracteres; cabem no máximo {}',
  ],
  [
    '{} does not change what the AI answers: there is nothing to rehearse',
    '{} não muda o que a IA responde: não há o que ensaiar',
  ],
  [
    '{} has no AI (ai_config.provider is none): there is nothing to rehearse',
    '{} não tem IA (ai_config.provider é none): não há o que ensaiar',
  ],
  [
    '{} has no recorded answers of the last {} days and no cases: there is nothing to rehearse',
    '{} não tem respostas gravadas dos últimos {} dias nem casos: não há o que ensaiar',
  ],
  ['{}, line {}: {}', '{}, linha {}: {}'],
  ['Mend it, or move the file away', 'Conserte, ou tire o arquivo de lá'],
  ['a case named {} stands on line {} already', 'um caso com o nome {} já está na linha {}'],
  ['Turn {} is a case now: {}, in {}', 'O turno {} agora é um caso: {}, em {}'],
  ['there is no turn {} of {} that was answered with words', 'não há turno {} de {} respondido com palavras'],
  [
    'it could not be read: take out by hand what was made of this customer',
    'não deu para ler: tire à mão o que foi feito deste cliente',
  ],
  ['turn {} is a case already: {}, in {}', 'o turno {} já é um caso: {}, em {}'],
  [
    '{}: write its cases as a list below a line "cases:", then cases can be added',
    '{}: escreva os casos como lista embaixo de uma linha "cases:", e então se acrescentam outros',
  ],
  ['{} is longer than {} characters: part it', '{} tem mais de {} caracteres: divida'],
  [
    '{} is longer than {} characters, which instructions may have',
    '{} tem mais de {} caracteres, o máximo de umas instruções',
  ],

  // While it runs, and afterwards.
  ['a rehearsal of {} runs already', 'um ensaio de {} já está em curso'],
  ['Stop it with: {}', 'Pare com: {}'],
  ['Begin one with: {}', 'Comece um com: {}'],
  ['{} has no rehearsal', '{} não tem ensaio'],
  ['{} has no rehearsal yet', '{} ainda não tem ensaio'],
  ['no rehearsal of {} runs', 'nenhum ensaio de {} está em curso'],
  ['the last rehearsal of {} has asked all of its turns', 'o último ensaio de {} já perguntou tudo'],
  ['this rehearsal is gone', 'este ensaio não existe mais'],
  ['Begin a new one', 'Comece outro'],
  [
    'another rehearsal was begun since. Look at it before you publish',
    'outro ensaio começou depois. Olhe-o antes de publicar',
  ],
  [
    'the rehearsal of {} still runs. Wait, or stop it first',
    'o ensaio de {} ainda está em curso. Espere, ou pare antes',
  ],
  [
    'the instructions of {} are version {} now; they were rehearsed against version {}. Rehearse again',
    'as instruções de {} agora são a versão {}; o ensaio foi contra a versão {}. Ensaie de novo',
  ],
  ['the rehearsal did not begin within {} s', 'o ensaio não começou em {} s'],
  ['the process of the rehearsal ended: {}', 'o processo do ensaio terminou: {}'],
  ['the session is gone', 'a sessão não existe mais'],
  [
    'nothing is rehearsed with a webhook: it may act on what it is asked',
    'nada é ensaiado com um webhook: ele pode agir com o que se pergunta',
  ],
  ['this turn is not stored any more', 'esta mensagem não está mais guardada'],

  // In the shell.
  ['nothing was asked', 'nada foi perguntado'],
  [
    'nothing was asked: without a terminal a rehearsal begins with --yes',
    'nada foi perguntado: sem terminal, um ensaio começa com --yes',
  ],
  ['Rehearse {} now?', 'Ensaiar {} agora?'],
  ['The rehearsal of {} is stopped. Go on: {}', 'O ensaio de {} parou. Continue: {}'],
  ['the rehearsal goes on. See: {}. Stop it: {}', 'o ensaio continua. Veja: {}. Pare: {}'],
  [
    '{}: what was rehearsed is in use from the next answer on',
    '{}: o que foi ensaiado vale a partir da próxima resposta',
  ],
  [
    'not all was asked: nobody can say that --fail-on holds',
    'nem tudo foi perguntado: ninguém pode dizer que --fail-on foi cumprido',
  ],
  [
    '--fail-on takes a verdict and how many are too many. Example: {}',
    '--fail-on leva um juízo e quantos são demais. Exemplo: {}',
  ],
  ['--{} takes a whole number from 1 to {}', '--{} leva um número inteiro de 1 a {}'],
  ['--setting takes key=value, not {}. Example: {}', '--setting leva chave=valor, não {}. Exemplo: {}'],
  ['Give a file that exists', 'Indique um arquivo que exista'],
  ["today's AI budget is spent", 'o orçamento de IA de hoje acabou'],
  ['the judge wrote prose instead of a verdict, twice', 'o juiz escreveu prosa em vez de um juízo, duas vezes'],
  ['the rehearsal was stopped', 'o ensaio foi parado'],
  ['this rehearsal has ended', 'este ensaio terminou'],
  ['the rehearsal has not begun', 'o ensaio não começou'],
  ['no process for the rehearsal: {}', 'não há processo para o ensaio: {}'],
  ['the process of the rehearsal speaks another version', 'o processo do ensaio fala outra versão'],
  ['the process of the rehearsal does not answer any more', 'o processo do ensaio não responde mais'],
];

import type { Sentences } from './sentences.ts';

/** Of mystery customers, in Portuguese. */
export const probeSentences: Sentences = [
  // Help.
  [
    'a mystery customer asks: `set NAME`, `off NAME`, `ls [NAME]`, or NAME alone for one question now',
    'um cliente oculto pergunta: `set NOME`, `off NOME`, `ls [NOME]`, ou só NOME para uma pergunta agora',
  ],
  ['the session that asks', 'a sessão que pergunta'],
  ['how often, at least 1h (default 2h)', 'de quanto em quanto tempo, no mínimo 1h (padrão: 2h)'],
  ['only then, e.g. 08:00-20:00 (default all day)', 'só nesse horário, p. ex. 08:00-20:00 (padrão: o dia todo)'],
  ['what it asks', 'o que pergunta'],
  ['what the answer has to say', 'o que a resposta precisa dizer'],
  ['the whole chain but WhatsApp, without a second session', 'tudo menos o WhatsApp, sem uma segunda sessão'],

  // What a command prints.
  ['Nobody asks', 'Ninguém pergunta'],
  [
    'Begin with: zap-fleet probe set NAME --from OTHER --say "Vocês abrem hoje?"',
    'Comece com: zap-fleet probe set NOME --from OUTRA --say "Vocês abrem hoje?"',
  ],
  ['{} asks {} every {}, {}', '{} pergunta a {} a cada {}, {}'],
  ['One question now: zap-fleet probe {}', 'Uma pergunta agora: zap-fleet probe {}'],
  ['{}: nobody asks it any more', '{}: ninguém mais pergunta a ela'],
  ['{}: nobody asked it', '{}: ninguém perguntava a ela'],
  ['{} answers, WhatsApp aside, in {}', '{} responde, fora o WhatsApp, em {}'],
  ['{} gives no answer: {}', '{} não responde: {}'],
  ['{} answered {} in {}', '{} respondeu a {} em {}'],

  // Wrong usage.
  ['say which session asks, with --from', 'diga qual sessão pergunta, com --from'],
  ['Without a second session: zap-fleet probe {} --loop', 'Sem uma segunda sessão: zap-fleet probe {} --loop'],
  ['say which session', 'diga qual sessão'],
  ['{} is neither set, off nor ls', '{} não é set, off nem ls'],
  [
    '{} cannot ask itself: name another session with --from',
    '{} não pode perguntar a si mesma: diga outra sessão com --from',
  ],
  ['Without one: --loop', 'Sem outra: --loop'],
  ['--expect has {} characters; {} are the most', '--expect tem {} caracteres; o máximo são {}'],
  ['--expect is no regular expression: {}', '--expect não é uma expressão regular: {}'],
  [
    '--expect could take for ever on some answers: leave out repetitions inside repetitions',
    '--expect poderia não terminar em algumas respostas: tire repetições dentro de repetições',
  ],
  ['--say is empty', '--say está vazio'],
  ['--say has {} characters; {} are the most', '--say tem {} caracteres; o máximo são {}'],
  ['--say begins with "!", as commands of the owner do', '--say começa com "!", como os comandos do dono'],
  ['Ask what a customer would ask', 'Pergunte o que um cliente perguntaria'],
  ['--every {} is no time', '--every {} não é um tempo'],
  [
    '--every is {} to {}: WhatsApp watches for what comes too often',
    '--every vai de {} a {}: o WhatsApp repara no que vem com frequência demais',
  ],
  ['--hours {} is no span of a day', '--hours {} não é um horário'],

  // Refused by how things are.
  ['nobody asks {}', 'ninguém pergunta a {}'],
  ['First: zap-fleet probe set {} --from OTHER', 'Antes: zap-fleet probe set {} --from OUTRA'],
  ['the session that asks was deleted', 'a sessão que pergunta foi excluída'],
  ['the session that asks was deleted: set another one', 'a sessão que pergunta foi excluída: escolha outra'],
  ['Name another one with --from', 'Diga outra com --from'],
  ['a question of one of the two sessions is under way', 'uma pergunta de uma das duas sessões está em curso'],
  ['Try again in a minute', 'Tente de novo daqui a um minuto'],
  ['{} such questions are under way already', 'já há {} perguntas assim em curso'],
  ['Wait for them', 'Espere por elas'],
  ['{} is {} and {} is {}: they cannot write to each other', '{} é {} e {} é {}: uma não consegue escrever à outra'],
  [
    '{} runs on {}: a question can be followed only where both sessions run on one server',
    '{} roda em {}: uma pergunta só pode ser acompanhada onde as duas sessões rodam no mesmo servidor',
  ],
  [
    '{} runs on {}: a question can be followed only where both sessions run on this server',
    '{} roda em {}: uma pergunta só pode ser acompanhada onde as duas sessões rodam neste servidor',
  ],
  ['Ask from a session there', 'Pergunte de uma sessão de lá'],
  [
    'WhatsApp restricts the number of {}: ask from another session, or when that is over',
    'o WhatsApp restringe o número de {}: pergunte de outra sessão, ou quando isso passar',
  ],
  [
    'WhatsApp restricts the number of {}: nothing is asked until that is over',
    'o WhatsApp restringe o número de {}: nada é perguntado até isso passar',
  ],
  ['{} is not connected: nothing is asked until it is', '{} não está conectada: nada é perguntado até estar'],
  [
    '{} is in watch mode: nothing is asked until it answers by itself',
    '{} está em observação: nada é perguntado até responder sozinha',
  ],
  [
    '{} is on hold: nothing is asked until replies are resumed',
    '{} está em pausa: nada é perguntado até as respostas voltarem',
  ],
  ['{} and {} have the same number: ask from another one', '{} e {} têm o mesmo número: pergunte de outro'],
  [
    'the number of {} is on the deny list of {}: take it off filters.deny, or ask from another session',
    'o número de {} está na lista de bloqueio de {}: tire-o de filters.deny, ou pergunte de outra sessão',
  ],
  [
    '{} answers only those on its allow list: add the number of {} to filters.allow',
    '{} só responde a quem está na lista de permitidos: inclua o número de {} em filters.allow',
  ],
  ['it asks only within its hours', 'pergunta só no seu horário'],

  // What became of a question.
  [
    'a mystery customer asked {} times and got no answer: {}',
    'um cliente oculto perguntou {} vezes e ficou sem resposta: {}',
  ],
  ['one of the two sessions was deleted', 'uma das duas sessões foi excluída'],
  ['the question did not go out', 'a pergunta não saiu'],
  ['the question did not go out in time', 'a pergunta não saiu a tempo'],
  ['the question did not go out: {}', 'a pergunta não saiu: {}'],
  [
    "this server's clock was set back while the question was under way",
    'o relógio deste servidor voltou enquanto a pergunta estava a caminho',
  ],
  [
    'this server was not looking when the time for an answer ran over',
    'este servidor não estava olhando quando o tempo da resposta acabou',
  ],
  ['the session that asked lost its connection', 'a sessão que perguntou ficou sem conexão'],
  ['the session that was asked lost its connection', 'a sessão a quem se perguntou ficou sem conexão'],
  ['the question never reached the session', 'a pergunta nunca chegou à sessão'],
  ['the question was ignored', 'a pergunta foi ignorada'],
  ['the question was ignored: {}', 'a pergunta foi ignorada: {}'],
  ['the answer was sent, and did not arrive', 'a resposta foi enviada, e não chegou'],
  ['no answer came in time', 'nenhuma resposta chegou a tempo'],
  ['no answer came: {}', 'nenhuma resposta veio: {}'],
  ['no answer came', 'nenhuma resposta veio'],
  ['it was answered, and not as expected: {}', 'foi respondida, e não como se esperava: {}'],
  ['WhatsApp restricts this number', 'o WhatsApp restringe este número'],
  ['the question is over', 'a pergunta acabou'],
  ['it was asked on another server', 'foi perguntada em outro servidor'],
  ['the question was asked on another server', 'a pergunta foi feita em outro servidor'],
  ['nothing was asked with it', 'não responde a pergunta nenhuma'],
  ['it came beside a question', 'veio ao lado de uma pergunta'],
  ['the session is in watch mode', 'a sessão está em observação'],

  // The process of a loop.
  ['the question did not come to an end within {} s', 'a pergunta não terminou em {} s'],
  ['the process of the question speaks another version', 'o processo da pergunta fala outra versão'],
  ['no process for the question: {}', 'sem processo para a pergunta: {}'],
  ['the question ended: {}', 'a pergunta acabou: {}'],
];

import type { Sentences } from './sentences.ts';

/** Of tools, in Portuguese. */
export const toolSentences: Sentences = [
  // Help.
  [
    'HTTP calls that its AI may ask for: `add NAME TOOL`, `set`, `ls NAME`, `test NAME TOOL`, `rm NAME TOOL`',
    'chamadas HTTP que a IA pode pedir: `add NOME FERRAMENTA`, `set`, `ls NOME`, `test NOME FERRAMENTA`, `rm NOME FERRAMENTA`',
  ],
  ['where it is called (POST, signed), https', 'onde é chamada (POST, assinada), https'],
  ['JSON schema of its arguments', 'esquema JSON dos argumentos'],
  ['for the AI: what it does and when to call it', 'para a IA: o que faz e quando chamar'],
  ['its secret comes on the standard input', 'o segredo vem pela entrada padrão'],
  ['its secret stands in this variable', 'o segredo está nesta variável'],
  [
    'makes a new secret and shows it once (also where none is given)',
    'faz um segredo novo e o mostra uma vez (também quando nenhum é dado)',
  ],
  ['how long it may take (default 10)', 'quanto pode demorar (padrão: 10)'],
  ['how often for one answer (default 3)', 'quantas vezes por resposta (padrão: 3)'],
  ['called twice with one key, it acts once', 'chamada duas vezes com uma chave, age uma vez'],
  ['it acts at every call', 'age a cada chamada'],
  ['it only looks something up', 'só consulta algo'],
  ['it does something', 'faz algo'],
  [
    'where it says what became of a key ({key}); empty: nowhere',
    'onde diz o que houve com uma chave ({key}); vazio: em lugar nenhum',
  ],
  [
    'hosts that redirects may lead to, or that may be private',
    'hosts a que um redirecionamento pode levar, ou que podem ser privados',
  ],
  ['with test: what it is called with', 'com test: com o que é chamada'],

  // What a command prints.
  ['{} has no tools', '{} não tem ferramentas'],
  [
    'Begin with: zap-fleet tool add {} agenda --url https://… --schema FILE',
    'Comece com: zap-fleet tool add {} agenda --url https://… --schema ARQUIVO',
  ],
  ['{}: the tool {} is called at {}', '{}: a ferramenta {} é chamada em {}'],
  [
    'Its secret, shown this once; by it the other side knows who calls:',
    'O segredo, mostrado só desta vez; por ele o outro lado sabe quem chama:',
  ],
  ["Try it with: zap-fleet tool test {} {} --arguments '{}'", "Teste com: zap-fleet tool test {} {} --arguments '{}'"],
  ['{} answered after {} ms (HTTP {}):', '{} respondeu em {} ms (HTTP {}):'],
  ['{} was not carried out: {}', '{} não foi feita: {}'],
  ['nobody knows whether {} was carried out: {}', 'ninguém sabe se {} foi feita: {}'],
  ['{}: {} is removed, with its secret', '{}: {} foi removida, com o segredo'],

  // Wrong usage.
  ['{} has no tool {}', '{} não tem a ferramenta {}'],
  ['See: zap-fleet tool ls {}', 'Veja: zap-fleet tool ls {}'],
  ['{} is no host', '{} não é um host'],
  ['say where it is, with --url https://…', 'diga onde fica, com --url https://…'],
  ['say what it takes, with --schema FILE (JSON schema)', 'diga o que recebe, com --schema ARQUIVO (esquema JSON)'],
  [
    'say when the AI is to call it, with --describe "Books a visit on a day and time"',
    'diga quando a IA deve chamar, com --describe "Agenda uma visita num dia e horário"',
  ],
  [
    '--lookup is on another host: allow it with --allow-host {}',
    '--lookup está em outro host: permita com --allow-host {}',
  ],
  ['{} is there already', '{} já existe'],
  ['Change it with: zap-fleet tool set', 'Mude com: zap-fleet tool set'],
  [
    'a session has {} tools at most: the AI is shown all of them with every question',
    'uma sessão tem no máximo {} ferramentas: a IA vê todas a cada pergunta',
  ],
  ['these arguments are not what the schema says: {}', 'estes argumentos não são o que o esquema diz: {}'],
  ['{} has no secret on this server', '{} não tem segredo neste servidor'],
  [
    '{} has no secret on this server: zap-fleet tool set NAME {} --new-secret',
    '{} não tem segredo neste servidor: zap-fleet tool set NOME {} --new-secret',
  ],
  ['Give it one with: --new-secret', 'Dê um com: --new-secret'],
  ['{} takes a whole number', '{} recebe um número inteiro'],
  ['the secret must have {} to {} characters', 'o segredo precisa ter de {} a {} caracteres'],
  ['Give a file with a JSON object', 'Dê um arquivo com um objeto JSON'],
  ['--arguments takes JSON: {}', '--arguments recebe JSON: {}'],
  ['--arguments takes a JSON object', '--arguments recebe um objeto JSON'],
  ['{} is neither add, set, ls, test nor rm', '{} não é add, set, ls, test nem rm'],
  ['say which tool', 'diga qual ferramenta'],
  [
    'a tool is named with 2 to 48 small letters, digits and _, a letter first',
    'uma ferramenta tem no nome 2 a 48 letras minúsculas, números e _, começando por letra',
  ],
  [
    '{} is a tool of the program itself: choose another name',
    '{} é uma ferramenta do próprio programa: escolha outro nome',
  ],
  ['the address must begin with https://', 'o endereço precisa começar com https://'],
  [
    'the address must hold no user or password: what is sent is signed with a secret',
    'o endereço não pode ter usuário nem senha: o que se envia é assinado com um segredo',
  ],
  [
    "without https customers' words travel open: use https://, or allow this host by name with --allow-host {}",
    'sem https as palavras dos clientes viajam abertas: use https://, ou permita este host pelo nome com --allow-host {}',
  ],
  ['the schema must be a JSON object', 'o esquema precisa ser um objeto JSON'],
  ['the schema must be of the type object', 'o esquema precisa ser do tipo object'],
  [
    'the schema may have {} characters: each of them is paid for with every question',
    'o esquema pode ter {} caracteres: cada um é pago a cada pergunta',
  ],
  ['the schema has {}, which is not checked here: leave it out', 'o esquema tem {}, que não é conferido aqui: tire'],
  ['the schema cannot be used: {}', 'o esquema não pode ser usado: {}'],

  // Of calls.
  ['no answer in time', 'sem resposta a tempo'],
  ['the answer is no JSON (HTTP {})', 'a resposta não é JSON (HTTP {})'],
  ['a web page came (HTTP {})', 'veio uma página web (HTTP {})'],
  ['the answer changes to another protocol (101)', 'a resposta muda para outro protocolo (101)'],
  ['the answer is larger than {} kB', 'a resposta passa de {} kB'],
  ['more than {} redirects', 'mais de {} redirecionamentos'],
  ['HTTP {} that leads nowhere', 'HTTP {} que não leva a lugar nenhum'],
  ['a redirect to {} on {}, which is not https', 'um redirecionamento para {} em {}, que não é https'],
  [
    'a redirect to {}, which is not allowed: --allow-host {}',
    'um redirecionamento para {}, que não é permitido: --allow-host {}',
  ],
  ['it cannot be asked', 'não pode ser perguntada'],
  ['it never arrived there', 'nunca chegou lá'],
  ['the schema {}', 'o esquema {}'],
  [
    'the model called tools again and again and said nothing',
    'o modelo chamou ferramentas de novo e de novo e não disse nada',
  ],
  ['the same was called before', 'o mesmo foi chamado antes'],
  ['the worker stopped while it was on its way', 'o processo parou durante a chamada'],
  ['nobody knows whether {} was carried out', 'ninguém sabe se {} foi feita'],
  ['the answer said "{}", and nothing was done', 'a resposta dizia "{}", e nada foi feito'],
  ['--call-tools takes none, reads or all', '--call-tools aceita none, reads ou all'],
  [
    '--stub takes the name of a tool, = and its answer, of {} characters at most: {}',
    '--stub aceita o nome de uma ferramenta, = e sua resposta, de até {} caracteres: {}',
  ],
  [
    'the secret signs with fewer than {} bytes: what follows whsec_ must be base64 of at least as many',
    'o segredo assina com menos de {} bytes: o que vem depois de whsec_ tem de ser base64 de ao menos esse tanto',
  ],
  ['say one of text, handOver and none. Example: {}', 'diga um entre text, handOver e none. Exemplo: {}'],
  [
    'nothing of {} waits for an answer to {}: it was answered otherwise, or is over a day old',
    'nada de {} espera resposta para {}: foi respondido de outro jeito, ou tem mais de um dia',
  ],
  [
    '{} is answered by a webhook, which has instructions of its own: nobody can propose a change of them',
    '{} é respondida por um webhook, que tem instruções próprias: ninguém pode propor uma mudança nelas',
  ],
  [
    '{} is answered by a webhook, which may act on what it is asked: it is not asked again for a comparison',
    '{} é respondida por um webhook, que pode agir sobre o que lhe é perguntado: não se pergunta de novo para comparar',
  ],
  [
    'it asks for a person, and ai_config.handover is off: {}',
    'ele pede uma pessoa, e ai_config.handover está desligado: {}',
  ],
  ['a webhook is asked for answers alone', 'a um webhook só se pedem respostas'],
  ['{} answered with nothing', '{} respondeu com nada'],
  ['{} leads to {}: set ai_config.baseUrl to that', '{} leva a {}: ponha isso em ai_config.baseUrl'],
  ['{} refused this question with {}', '{} recusou esta pergunta com {}'],
  [
    '{} refused with {}: both sides need the same secret ({})',
    '{} recusou com {}: os dois lados precisam do mesmo segredo ({})',
  ],
  [
    '{} refused with {}: check ai_config.baseUrl, and that the workflow is active',
    '{} recusou com {}: confira ai_config.baseUrl, e se o fluxo está ativo',
  ],
  ['{} answers later, which a test does not wait for', '{} responde depois, o que um teste não espera'],
];

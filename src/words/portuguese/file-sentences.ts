import type { Sentences } from './sentences.ts';

/** Of files that a session's bot may send, in Portuguese. */
export const fileSentences: Sentences = [
  // Help.
  [
    'files that a session’s bot may send (menu, picture, voice note): `add NAME FILE`, `ls NAME`, `rm NAME FILE`',
    'arquivos que o robô de uma sessão pode enviar (cardápio, foto, nota de voz): `add NOME ARQUIVO`, `ls NOME`, `rm NOME ARQUIVO`',
  ],
  [
    'of `add`: as the AI calls it; left out, it is made of the file’s name',
    'de `add`: como a IA o chama; sem ela, é feito do nome do arquivo',
  ],
  ['of `add`: what it is and when to send it, for the AI', 'de `add`: o que é e quando enviar, para a IA'],

  // What a command prints.
  ['{} may send {} ({}) as {}, version {}', '{} pode enviar {} ({}) como {}, versão {}'],
  ['it may send {} as {}, version {}', 'pode enviar {} como {}, versão {}'],
  ['{} does not send {} any more', '{} não envia mais {}'],
  ['it does not send {} any more', 'não envia mais {}'],
  ['{} has no files to send', '{} não tem arquivos para enviar'],
  ['Add one with: zap-fleet files add {} menu.pdf', 'Acrescente um com: zap-fleet files add {} cardapio.pdf'],
  ['{} is not on this server: add it again', '{} não está neste servidor: acrescente de novo'],
  ['{} was not sent to {}: {}', '{} não foi enviado a {}: {}'],
  ['its file is not on this server any more', 'o arquivo não está mais neste servidor'],
  ['WhatsApp Web stopped each time it was sent', 'o WhatsApp Web parou todas as vezes em que foi enviado'],
  ['WhatsApp refused to send: {}', 'o WhatsApp recusou o envio: {}'],
  ['{} could not be sent: asked without it', '{} não pôde ser enviado: perguntado de novo sem ele'],
  ['There is no such file.', 'Não há esse arquivo.'],
  ['It goes out with this answer already.', 'Já sai com esta resposta.'],
  ['At most {} files go out with one answer.', 'Saem no máximo {} arquivos com uma resposta.'],
  [
    'The customer got it {} minutes ago. Call again with "again": true only if he asks for it again; otherwise refer to it.',
    'O cliente o recebeu há {} minutos, e não pediu de novo.',
  ],
  [
    'The customer got it {} hours ago. Call again with "again": true only if he asks for it again; otherwise refer to it.',
    'O cliente o recebeu há {} horas, e não pediu de novo.',
  ],

  // Wrong usage.
  ['say which file, one at a time', 'diga qual arquivo, um de cada vez'],
  ['--description has at most {} characters', '--description tem no máximo {} letras'],
  [
    'a file to send is named with 1 to 48 small letters, digits, - and _',
    'um arquivo para enviar tem um nome de 1 a 48 letras minúsculas, números, - e _',
  ],
  ['say how the AI is to call {}', 'diga como a IA deve chamar {}'],

  // Why a file is not taken.
  ['Make it smaller, or send a link to it', 'Diminua-o, ou envie um link'],
  ['{} is a Windows program', '{} é um programa do Windows'],
  ['{} is a Linux program', '{} é um programa do Linux'],
  ['{} is a program for macOS', '{} é um programa do macOS'],
  ['{} is an Android program', '{} é um programa do Android'],
  ['{} is a program', '{} é um programa'],
  ['{} is a script', '{} é um script'],
  ['{} holds macros', '{} tem macros'],
  ['{} is an archive, and may hold anything', '{} é um pacote, e pode ter qualquer coisa dentro'],
  ['Send what is in it', 'Envie o que está dentro'],
  [
    '{} is a PDF that holds a script, a program or other files',
    '{} é um PDF que traz um script, um programa ou outros arquivos',
  ],
  ['Print it to a plain PDF', 'Imprima-o em um PDF simples'],
  ['{} is nothing that is sent', '{} não é nada que se envie'],
  ['{} is a web page, and may hold scripts', '{} é uma página da web, e pode ter scripts'],
  ['{} is text, and its name does not say which', '{} é texto, e o nome não diz de que tipo'],
  ['Call it .txt or .csv', 'Chame-o .txt ou .csv'],
  ['{} is Ogg, but not Opus, which WhatsApp plays', '{} é Ogg, mas não Opus, que o WhatsApp toca'],
  ['{} is an old Office file, and may hold macros', '{} é um arquivo antigo do Office, e pode ter macros'],
  ['Save it as .docx, .xlsx or .pdf', 'Salve-o como .docx, .xlsx ou .pdf'],
  ['{} is {} by its bytes, and its name does not say so', '{} é {} pelos bytes, e o nome não diz isso'],
  ['Call it .{}', 'Chame-o .{}'],
  ['{} has {}; WhatsApp is given at most {} of its kind', '{} tem {}; o WhatsApp recebe no máximo {} desse tipo'],
  ['{} could not be kept: {}', '{} não pôde ser guardado: {}'],

  ['is empty', 'está vazio'],
  [
    'is a PDF that holds a script, a program or other files',
    'é um PDF que traz um script, um programa ou outros arquivos',
  ],
  ['is Ogg, but not Opus, which WhatsApp plays', 'é Ogg, mas não Opus, que o WhatsApp toca'],
  ['holds macros', 'tem macros'],
  ['is a program', 'é um programa'],
  ['is an archive, and may hold anything', 'é um pacote, e pode ter qualquer coisa dentro'],
  ['is an old Office file, and may hold macros', 'é um arquivo antigo do Office, e pode ter macros'],
  ['is nothing that is sent', 'não é nada que se envie'],
  ['is text of more than 16 MB', 'é texto de mais de 16 MB'],
  ['{} is text of more than 16 MB', '{} é texto de mais de 16 MB'],
  ['Send it as a PDF', 'Envie-o como PDF'],
  ['is a web page, and may hold scripts', 'é uma página da web, e pode ter scripts'],
  ['is text, and its name does not say which', 'é texto, e o nome não diz de que tipo'],
  ['is {} by its bytes, and its name does not say so', 'é {} pelos bytes, e o nome não diz isso'],
  ['has {} MB; WhatsApp is given at most {} MB of its kind', 'tem {} MB; o WhatsApp recebe no máximo {} MB desse tipo'],

  // Voice answers.
  ['a name like alloy', 'um nome como alloy'],
  ['an answer to {} goes as text: {}', 'uma resposta a {} vai por texto: {}'],
  ['this AI service does not speak', 'este serviço de IA não fala'],
  ['{} sent something that is no Opus in Ogg', '{} mandou algo que não é Opus em Ogg'],
  ['nothing is spoken here', 'nada é falado aqui'],

  // Refused by how things are.
  ['Remove one first', 'Tire um antes'],
  ['WhatsApp has it and did not confirm it yet', 'o WhatsApp o tem e ainda não confirmou'],
  ['{} has no file {} to send', '{} não tem o arquivo {} para enviar'],
  [
    'a session has at most {} files to send: the AI is shown all of them with every question',
    'uma sessão tem no máximo {} arquivos para enviar: a IA vê todos a cada pergunta',
  ],
  ['the files of a session have at most {} MB together', 'os arquivos de uma sessão têm no máximo {} MB juntos'],
];

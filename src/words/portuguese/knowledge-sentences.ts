import type { Sentences } from './sentences.ts';

/** Of what a session knows from files, in Portuguese. */
export const knowledgeSentences: Sentences = [
  // Help.
  [
    'files that a session knows from: `add NAME FILE…`, `ls NAME`, `show NAME FILE`, `search NAME WORDS`, `rm NAME FILE`, `gaps NAME` (what customers asked in vain)',
    'arquivos que uma sessão conhece: `add NOME ARQUIVO…`, `ls NOME`, `show NOME ARQUIVO`, `search NOME PALAVRAS`, `rm NOME ARQUIVO`, `gaps NOME` (o que perguntaram em vão)',
  ],
  ['of `show`: only this passage', 'de `show`: só este trecho'],

  // What a command prints.
  ['{} knows {}, version {}: {} passages', '{} conhece {}, versão {}: {} trechos'],
  ['it knows {}, version {}: {} passages', 'conhece {}, versão {}: {} trechos'],
  ['it does not know {} any more', 'não conhece mais {}'],
  ['{} does not know {} any more', '{} não conhece mais {}'],
  ['{} knows nothing from files', '{} não conhece nenhum arquivo'],
  ['Add one with: zap-fleet knowledge add {} prices.csv', 'Acrescente um com: zap-fleet knowledge add {} precos.csv'],
  ['{}: nothing fits these words', '{}: nada combina com essas palavras'],
  [
    'None of them has half of what was asked: such a question counts as one without an answer',
    'Nenhum tem metade do que foi perguntado: uma pergunta assim conta como sem resposta',
  ],
  [
    '{}: no customer asked what its files do not answer, as far as it is stored',
    '{}: nenhum cliente perguntou o que seus arquivos não respondem, até onde está guardado',
  ],
  ['{} of {} passages', '{} de {} trechos'],
  ['One of the others: --passage N', 'Um dos outros: --passage N'],
  ['given from {}, version {}, passage {}: {}', 'recebeu de {}, versão {}, trecho {}: {}'],
  ['nothing in its files fits what was asked', 'nada em seus arquivos responde ao que foi perguntado'],

  // Wrong usage.
  ['{} is none of the files that are read: {}', '{} não é um dos arquivos que são lidos: {}'],
  ['{} is no name of a file', '{} não é nome de arquivo'],
  ['{} is no file', '{} não é um arquivo'],
  ['{} is empty', '{} está vazio'],
  ['{} has {}; at most {} are taken', '{} tem {}; são aceitos no máximo {}'],
  ['Part it', 'Divida-o'],
  ['say which files', 'diga quais arquivos'],
  ['say which file', 'diga qual arquivo'],
  ['say what to look for', 'diga o que procurar'],
  ['--passage is a number from 1', '--passage é um número a partir de 1'],
  ['{} has {} passages, no passage {}', '{} tem {} trechos, não há trecho {}'],
  ['{} is none of {}', '{} não é nenhum de {}'],

  // Why a file is not taken.
  ['this file is larger than {} MB', 'este arquivo passa de {} MB'],
  ['this file did not arrive whole', 'este arquivo não chegou inteiro'],
  ['Add it again', 'Acrescente-o de novo'],
  ['{} files arrive already', '{} arquivos já estão chegando'],
  ['{} is no text: it holds bytes that no text has', '{} não é texto: tem bytes que texto nenhum tem'],
  ['Save it as text, or add the original', 'Salve-o como texto, ou acrescente o original'],
  ['{} is {}, whatever its name says', '{} é outra coisa ({}), diga o nome o que disser'],
  ['Give it its own name and add it again', 'Dê-lhe o nome certo e acrescente-o de novo'],
  ['{} has no text in it', '{} não tem texto'],
  ['{} is no PDF, whatever its name says', '{} não é um PDF, diga o nome o que disser'],
  ['{} is no PDF, whatever its name says: it looks like {}', '{} não é um PDF, diga o nome o que disser: parece {}'],
  [
    '{} is no PDF that can be read: it is damaged, or something else',
    '{} não é um PDF legível: está danificado, ou é outra coisa',
  ],
  ['{} is encrypted', '{} está protegido por senha'],
  ['Save it without a password and add it again', 'Salve-o sem senha e acrescente-o de novo'],
  ['{} has {} pages; at most {} are taken', '{} tem {} páginas; são aceitas no máximo {}'],
  ['{} has no text: it is made of pictures (a scan)', '{} não tem texto: é feito de imagens (digitalizado)'],
  ['Run it through text recognition (OCR) first', 'Passe-o antes por reconhecimento de texto (OCR)'],
  ['{} is an old or an encrypted Word document', '{} é um documento do Word antigo ou com senha'],
  ['Save it as .docx without a password and add it again', 'Salve-o como .docx sem senha e acrescente-o de novo'],
  ['{} is no Word document, whatever its name says', '{} não é um documento do Word, diga o nome o que disser'],
  [
    '{} is no Word document, whatever its name says: it looks like {}',
    '{} não é um documento do Word, diga o nome o que disser: parece {}',
  ],
  [
    '{} is no Word document that can be read: it is damaged, or something else',
    '{} não é um documento do Word legível: está danificado, ou é outra coisa',
  ],
  ['{} is a damaged Word document: {}', '{} é um documento do Word danificado: {}'],
  ['{} holds {} parts; no document has so many', '{} tem {} partes; nenhum documento tem tantas'],
  [
    '{} unpacks to more than 60 MB of text; no document is so long',
    '{} se abre em mais de 60 MB de texto; nenhum documento é tão longo',
  ],
  ['{} has a row of {} columns; at most {} are taken', '{} tem uma linha de {} colunas; são aceitas no máximo {}'],
  ['{} has {} characters of text; at most {} are taken', '{} tem {} letras de texto; são aceitas no máximo {}'],
  ['{} has {} rows; at most {} are taken', '{} tem {} linhas; são aceitas no máximo {}'],
  ['{} has {} passages; at most {} are taken', '{} tem {} trechos; são aceitos no máximo {}'],
  ['{} has too many passages', '{} tem trechos demais'],
  ['{} is too large', '{} é grande demais'],
  ['{} takes longer than {} s to read', '{} leva mais de {} s para ser lido'],
  ['{} takes more than {} MB of memory to read', '{} precisa de mais de {} MB de memória para ser lido'],
  ['{} could not be read: its reader ended ({})', '{} não pôde ser lido: seu leitor terminou ({})'],
  ['It is damaged, or made to do harm', 'Está danificado, ou foi feito para causar dano'],
  ['no process to read {}: {}', 'não há processo para ler {}: {}'],
  ['the process that reads files speaks another version', 'o processo que lê arquivos fala outra versão'],
  ['Add the file again in a moment', 'Acrescente o arquivo de novo daqui a pouco'],

  // Refused by how things are.
  ['{} knows no file {}', '{} não conhece o arquivo {}'],
  ['a session knows from at most {} files', 'uma sessão conhece no máximo {} arquivos'],
  ['Remove one first: zap-fleet knowledge rm NAME FILE', 'Tire um antes: zap-fleet knowledge rm NOME ARQUIVO'],
  [
    '{} has {} passages, and there is room for {}: a session has at most {}',
    '{} tem {} trechos, e há lugar para {}: uma sessão tem no máximo {}',
  ],
  ['Remove a file first, or part this one', 'Tire um arquivo antes, ou divida este'],
  ['{} was given up while it was read', '{} foi abandonado enquanto era lido'],
  ['{} was not kept', '{} não foi guardado'],
];

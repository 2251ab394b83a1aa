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

  // By meaning.
  ['Found by meaning, too: {} of {} passages ({})', 'Achados também por sentido: {} de {} trechos ({})'],
  ['No more for now: {}', 'Mais nenhum por ora: {}'],
  ['Looked for by words alone: {}', 'Procurado só por palavras: {}'],
  ['looked for by words alone: {}', 'procurado só por palavras: {}'],
  [
    'given from {}, version {}, passage {}: {}, found by words',
    'recebeu de {}, versão {}, trecho {}: {}, achado por palavras',
  ],
  [
    'given from {}, version {}, passage {}: {}, found by meaning',
    'recebeu de {}, versão {}, trecho {}: {}, achado por sentido',
  ],
  [
    'given from {}, version {}, passage {}: {}, found by words and meaning',
    'recebeu de {}, versão {}, trecho {}: {}, achado por palavras e sentido',
  ],
  ['no master runs', 'nenhum mestre roda'],
  [
    'its files are found by meaning, too: vectors of {} passages ({}, {})',
    'seus arquivos são achados também por sentido: vetores de {} trechos ({}, {})',
  ],
  [
    'its files are not all found by meaning ({} of {} passages): {}. They are found by words; it is tried again by itself',
    'nem tudo em seus arquivos é achado por sentido ({} de {} trechos): {}. São achados por palavras; é tentado de novo sozinho',
  ],
  [
    "today's budget for vectors is spent ({}, ai_config.embeddingsBudgetUsd)",
    'o limite de hoje para vetores acabou ({}, ai_config.embeddingsBudgetUsd)',
  ],
  [
    'the AI service sends vectors of {} numbers now, and of {} before: turn ai_config.embeddings off and on to make all of them anew',
    'o serviço de IA agora manda vetores de {} números, e antes de {}: desligue e ligue ai_config.embeddings para fazer todos de novo',
  ],
  ['passages of {} are missing: add it again', 'faltam trechos de {}: acrescente-o de novo'],
  ['the AI service gave no vector within {} s', 'o serviço de IA não deu um vetor em {} s'],
  ['this AI service makes no vectors', 'este serviço de IA não faz vetores'],
  ['this AI service makes no vectors of texts', 'este serviço de IA não faz vetores de textos'],
  ['no session was opened', 'nenhuma sessão foi aberta'],
  ['this session makes no vectors', 'esta sessão não faz vetores'],
  [
    'the AI service sent fewer or more vectors than texts',
    'o serviço de IA mandou menos ou mais vetores do que textos',
  ],
  ['the AI service sent vectors of several lengths', 'o serviço de IA mandou vetores de vários tamanhos'],
  ['{} sent {} vectors for {} texts', '{} mandou {} vetores para {} textos'],
  ['{} sent something that is no vector', '{} mandou algo que não é um vetor'],
  ['{} sent something that is no list of vectors', '{} mandou algo que não é uma lista de vetores'],
  ['{} sent vectors of several lengths at once', '{} mandou vetores de vários tamanhos de uma vez'],
  [
    '{} sends vectors of {} numbers, and at most {} are kept: choose a smaller model in ai_config.embeddingsModel',
    '{} manda vetores de {} números, e no máximo {} são guardados: escolha um modelo menor em ai_config.embeddingsModel',
  ],
  [
    '{} does not know the model {}: check ai_config.embeddingsModel',
    '{} não conhece o modelo {}: veja ai_config.embeddingsModel',
  ],
  ['no process to make vectors: {}', 'não há processo para fazer vetores: {}'],
  ['the process that makes vectors ended: {}', 'o processo que faz vetores terminou: {}'],
  ['the process that makes vectors did not begin', 'o processo que faz vetores não começou'],
  ['the process that makes vectors does not answer any more', 'o processo que faz vetores não responde mais'],
  ['the process that makes vectors speaks another version', 'o processo que faz vetores fala outra versão'],
  ['no more vectors are made', 'não se fazem mais vetores'],

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

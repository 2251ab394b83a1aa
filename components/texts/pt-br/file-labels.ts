import type { enFileLabels } from '../en/file-labels.ts';
import type { Widened } from '../widened.ts';

/** Palavras da tela dos arquivos que um robô envia, em português. */
export const ptFileLabels: Widened<typeof enFileLabels> = {
  place: 'Arquivos',
  about: ['O que ele pode enviar ao cliente que pede, uma vez e com a resposta.', 'O que pode enviar a clientes.'],
  files: (n: number) => `${n} ${n === 1 ? 'arquivo' : 'arquivos'}`,
  head: { name: 'nome', file: 'arquivo', kind: 'tipo', size: 'tamanho', sent: 'envios 7 d', added: 'há' },
  fact: { file: 'arquivo', kind: 'tipo', sent: 'enviado' },
  sentNever: 'nenhuma vez em 7 dias',
  sentIn: (n: number) => (n === 1 ? 'vez em 7 dias' : 'vezes em 7 dias'),
  addedBy: (who: string, when: string) => `de ${who === 'you' ? 'você' : who}, ${when}`,
  kind: { image: 'imagem', video: 'vídeo', audio: 'áudio', document: 'documento', voice: 'nota de voz' },
  gone: 'falta aqui',
  goneWhat: 'Os bytes não estão neste servidor, então ninguém o recebe. Acrescente de novo.',
  version: (n: number) => `versão ${n}`,
  oneMore: 'Outro arquivo',
  none: (name: string) => [
    'Ainda não tem arquivos para enviar. Dê a ele o cardápio em PDF, a foto de um produto, uma nota de voz.',
    'c acrescenta um arquivo desta máquina. A IA o envia quando um cliente pede, uma vez e com a resposta.',
    `No terminal: zap-fleet files add ${name} cardapio.pdf --description "Nosso cardápio"`,
  ],
  verb: { remove: 'tirar' },
  addTitle: 'Um arquivo que ele pode enviar',
  addLabel: 'caminho nesta máquina',
  describeTitle: 'O que é',
  describeLabel: 'para a IA: o que é e quando enviar',
  empty: 'escreva algo',
  removeTitle: (file: string) => `Tirar ${file}?`,
  removeWhat: 'Não é mais enviado, nem onde espera com uma resposta. O arquivo de onde veio fica onde está.',
  removed: (file: string) => `${file} não é mais enviado`,
};

import type { enFileLabels } from '../en/file-labels.ts';
import type { Widened } from '../widened.ts';

/** Palavras da tela dos arquivos que um robô envia, em português. */
export const ptFileLabels: Widened<typeof enFileLabels> = {
  badge: 'ARQUIVOS',
  files: (n: number) => `${n} ${n === 1 ? 'arquivo' : 'arquivos'} que ele pode enviar`,
  head: { name: 'NOME', file: 'ARQUIVO', kind: 'TIPO', size: 'TAMANHO', sent: 'ENVIOS 7D', added: 'DESDE' },
  kind: { image: 'imagem', video: 'vídeo', audio: 'áudio', document: 'documento', voice: 'nota de voz' },
  gone: 'não está aqui',
  goneWhat: 'Os bytes não estão neste servidor, então ninguém o recebe. Acrescente de novo.',
  version: (n: number) => `versão ${n}`,
  none: (name: string) => [
    'Ainda não tem arquivos para enviar. Dê a ele o cardápio em PDF, a foto de um produto, uma nota de voz.',
    'c acrescenta um arquivo desta máquina. A IA o envia quando um cliente pede, uma vez e com a resposta.',
    `No terminal: zap-fleet files add ${name} cardapio.pdf --description "Nosso cardápio"`,
  ],
  verb: { remove: 'tirar' },
  addTitle: 'UM ARQUIVO QUE ELE PODE ENVIAR',
  addLabel: 'caminho nesta máquina',
  describeTitle: 'O QUE É',
  describeLabel: 'para a IA: o que é e quando enviar',
  empty: 'escreva algo',
  removeTitle: (file: string) => `TIRAR ${file}`,
  removeWhat: 'Não é mais enviado, nem onde espera com uma resposta. O arquivo de onde veio fica onde está.',
  removed: (file: string) => `${file} não é mais enviado`,
};

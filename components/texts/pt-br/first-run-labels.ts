import type { enFirstRunLabels } from '../en/first-run-labels.ts';
import type { Widened } from '../widened.ts';

/** Os quatro passos da primeira vez. */
export const ptFirstRunLabels: Widened<typeof enFirstRunLabels> = {
  firstRun: {
    intro: 'Quatro passos até a primeira resposta.',
    skip: 'Pule qualquer um, mude tudo depois.',
    steps: ['Idioma, fuso horário', 'Quem responde', 'Chave', 'Primeiro robô'],
    done: 'feito',
    noKey: 'não precisa',
    keyNote: 'fica só nesta máquina',
    keyTesting: 'perguntando ao serviço ...',
    keyTested: (seconds: string, api: string | null) => `testada, ${seconds}s: ok${api === null ? '' : ` (${api})`}`,
    keyRefused: (reason: string) => `${reason}  (enter de novo segue com esta chave)`,
    saving: 'salvando, o mestre reinicia ...',
    browser: 'navegador',
    browserOk: (what: string) => `${what} encontrado`,
    machine: 'Esta máquina',
    ready: 'pronta',
    stepOf: (step: number, all: number) => `passo ${step} de ${all}`,
    nameExample: 'Padaria do João',
    memory: 'memória',
    memoryFree: (free: string, all: string, room: number | null, measured: boolean) =>
      `${free} de ${all} G livres${room === null ? '' : `, uns ${room} robôs${measured ? '' : ', depois medido'}`}`,
    disk: 'disco',
    diskFree: (free: string) => `${free} G livres`,
    web: 'web',
    webPublic: (url: string) => `${url}: os links dos clientes abrem ali`,
    webLocal: (url: string) => `${url}, só nesta máquina: links pedem PUBLIC_URL`,
    webOff: 'desligada: porta ocupada ou desativada; sem links para clientes',
    client: 'O celular está com o cliente? Depois do passo 4, i faz um link para enviar.',
    hints: [
      'Deste programa; horários e dias seguem o fuso.',
      'Qual IA escreve as respostas. eco repete o que foi escrito: um teste sem chave.',
      'Da sua conta lá, que paga cada resposta. Um robô pode ter a própria.',
      'Como o cliente o chama. Com um número dado, outro que leia o QR é retido, não usado.',
    ],
    after: 'Depois disso',
    afterKeys: [
      ['enter', 'o QR, para ler com o celular do robô'],
      ['i', 'um link para o cliente que tem esse celular'],
      ['t', 'testar o robô, sem celular'],
      ['?', 'cada tecla da tela aberta'],
    ],
    keys: [
      ['enter', 'próximo'],
      ['tab', 'pula'],
      ['shift+tab', 'volta'],
    ],
    zones: 'Fuso horário',
    zonesHint: 'uma cidade o encontra',
    zonesShown: (at: number, all: number) => `${at} de ${all}`,
    noZone: (typed: string) => `Nenhum fuso combina com "${typed}".`,
    keysZone: [
      ['↑ ↓', 'escolhe'],
      ['enter', 'próximo'],
      ['tab', 'pula'],
      ['shift+tab', 'volta'],
    ],
    keysChoice: [
      ['espaço', 'muda'],
      ['enter', 'próximo'],
      ['tab', 'pula'],
      ['shift+tab', 'volta'],
    ],
    leave: [
      ['esc', 'frota vazia'],
      [':demo', 'ver doze robôs simulados'],
    ],
    leaveShort: [
      ['esc', 'frota vazia'],
      [':demo', 'conhecer'],
    ],
    busy: 'trabalhando ...',
    nameNeeded: 'o robô precisa de um nome, ex. Padaria do João; esc sai',
  },
};

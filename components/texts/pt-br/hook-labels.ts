import type { enHookLabels } from '../en/hook-labels.ts';
import type { Widened } from '../widened.ts';

/** Palavras da tela de webhooks; lidas quando ela é aberta. */
export const ptHookLabels: Widened<typeof enHookLabels> = {
  place: 'Webhooks',
  about: [
    'Quem recebe o que acontece: assinado, em ordem, de novo por um dia até receber.',
    'Quem recebe o que acontece.',
  ],
  title: (n) => `${n} ${n === 1 ? 'webhook' : 'webhooks'}`,
  head: { name: 'webhook', told: 'enviados', waiting: 'esperam', dead: 'mortos', last: 'último', leads: 'leva a' },
  fact: { hears: 'recebe', address: 'endereço', reaches: 'alcança' },
  oneMore: 'Outro webhook',
  none: (name) => [
    'Ainda ninguém recebe o que acontece aqui. Um webhook é um endereço que recebe: mensagem que chega, respondida, sem resposta, passada a uma pessoa, estado, QR necessário.',
    'c cria um. Cada evento vai assinado e em ordem até ser recebido, por um dia; depois vai para a lista dos mortos.',
    `No terminal: zap-fleet hook add ${name} crm --url https://...`,
  ],
  noSecret: 'Não tem segredo aqui, então nada é enviado. s dá um a ele.',
  noSecretShort: 'sem segredo aqui',
  failing: (since, why) => `não recebe nada desde ${since}: ${why}`,
  nextTry: (when) => `nova tentativa às ${when}`,
  well: 'recebeu o último',
  untold: 'nada foi enviado ainda',
  oldest: (when) => `o mais antigo que espera é de ${when}`,
  all: 'tudo',
  setBy: (who, when) => `definido por ${who === 'you' ? 'você' : who}, ${when}`,
  deadTitle: (n) => `${n} não ${n === 1 ? 'recebido' : 'recebidos'}`,
  deadKept: 'Guardados por uma semana. a envia de novo, do mais antigo ao mais novo.',
  isDue: 'vai de novo',
  verb: { add: 'webhook', remove: 'remover', secret: 'segredo', test: 'teste', again: 'de novo' },
  template: { name: 'crm', url: 'https://crm.example.com/zap-fleet', events: ['all'], allowHosts: [] },
  unreadable: (why) => `isto não é o JSON de um webhook: ${why}`,
  noJson: 'um objeto JSON, por exemplo {"url":"https://crm.example.com/zap-fleet"}',
  unchanged: 'nada foi mudado',
  added: (name) => `${name} recebe o que acontece a partir de agora`,
  took: (ms, status) => `recebeu em ${ms} ms (HTTP ${status ?? '-'})`,
  againTitle: (name) => `Enviar de novo a ${name}?`,
  againWhat: (n) =>
    `${n} ${n === 1 ? 'evento que não recebeu' : 'eventos que não recebeu'}, do mais antigo ao mais novo, antes dos mais novos.`,
  again: (n) => `${n} ${n === 1 ? 'evento vai' : 'eventos vão'} de novo`,
  nothingDead: 'recebeu tudo',
  removeTitle: (name) => `Remover ${name}?`,
  removeWhat: 'Não recebe mais nada. O segredo sai, e o que espera por ele.',
  removed: (name) => `${name} foi removido, com seu segredo`,
  secretTitle: (name) => `Um novo segredo para ${name}?`,
  secretReplaces: 'Toma o lugar do que existe, e o outro lado recusa eventos até saber dele.',
  newSecretTitle: (name) => `O novo segredo de ${name}`,
  newSecret: [
    'Um novo segredo foi feito, e não aparece em nenhuma tela. y copia, só desta vez: por ele o outro lado sabe quem chama.',
    'Nada foi copiado? No terminal ele é mostrado uma vez: zap-fleet hook set NOME WEBHOOK --new-secret',
  ],
};

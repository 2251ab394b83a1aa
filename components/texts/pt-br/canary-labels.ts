import type { enCanaryLabels } from '../en/canary-labels.ts';
import type { Widened } from '../widened.ts';

/** Um canário: uma mudança que parte dos clientes encontra, ao lado dos outros. */
export const ptCanaryLabels: Widened<typeof enCanaryLabels> = {
  canary: {
    place: 'Canário',
    about: ['Uma mudança que parte dos clientes recebe, ao lado dos outros.'],
    figures: 'Os dois lados',
    onward: 'Como segue',
    beside: 'Lado a lado',
    fact: { began: 'começou', ends: 'termina', ended: 'terminou', chats: 'conversas' },
    by: (who, when) => `${when}, por ${who === 'you' ? 'você' : who}`,
    chatsOf: (n, of) => `${n} de ${of}`,
    withIt: 'com ele',
    without: 'sem',
    endsIn: (left) => `termina em ${left}`,
    rollsBack: (rules) => `também se desfaz com ${rules}`,
    everybody: 'Todos são respondidos como publicado.',
    decide: 'A promove para todos, R deixa tudo como está.',
    seen: 'R: já vi.',
    none: (name) => [
      'Ainda não há canário. Ele responde a parte das conversas com outras instruções, e mostra os números dos dois lados.',
      'Comece um nas instruções deste robô (ajustes, tab), ou em um ensaio, com Y.',
      `No terminal: zap-fleet canary ${name} --instructions ARQUIVO --share 20% --for 24h`,
    ],
    askTitle: (name) => `Testar em parte das conversas de ${name}?`,
    askWhat: (share) =>
      `${share}% das conversas, sempre as mesmas, são respondidas com ela por 24 horas. Nada é publicado.`,
    askBack: 'Se for claramente pior, ele se desfaz sozinho; nunca se promove sozinho.',
    begun: 'em curso; sair desta tela não para',
    promoteTitle: (name) => `Promover para todas as conversas de ${name}?`,
    promoteWhat: 'Vale a partir da próxima resposta de cada conversa. Instruções viram uma versão; dá para voltar.',
    promoted: (version) => (version === null ? 'promovido' : `promovido: valem as instruções v${version}`),
    rolledBack: 'todas as conversas são respondidas como publicado',
  },
};

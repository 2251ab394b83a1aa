import { storeFaultCodes } from '../../../src/session/store-trouble.ts';
import { thousands } from '../../../src/words/figures.ts';
import { inPortuguese } from '../../../src/words/portuguese/in-portuguese.ts';
import { storeWords } from '../../../src/words/store-words.ts';
import type { Texts } from '../texts.ts';

/** By the names of the master's measures; `warn` is the line itself. */
const diskMeasures: Readonly<Record<string, string>> = {
  'cut-logs': 'registros cortados',
  'prune-caches': 'caches limpos',
  'pause-backups': 'backups parados',
  'release-reserve': 'reserva liberada',
  'stop-replies': 'respostas esperam, as mensagens continuam guardadas',
};

/** An older master sends the number as English writes it. */
const counted = (value: string | number | undefined): string =>
  typeof value === 'number' ? thousands(value, 'pt-BR') : String(value ?? '').replaceAll(',', '.');

/** What an older master does not send is said as it says it. */
const reasonOf = (values: Readonly<Record<string, string | number>>, otherwise: string): string => {
  const reason = String(values['reason'] ?? '');
  return reason === '' ? otherwise : inPortuguese(reason);
};

/** Por código do aviso. */
export const ptBanners: Texts['banner'] = {
  'settings-mismatch': () =>
    'O mestre roda com outros ajustes. Para usar os seus: zap-fleet master stop, depois zap-fleet.',
  'version-skew': (values: Readonly<Record<string, string | number>>) =>
    values['older'] === 'program'
      ? `O mestre roda a versão ${values['master']}, este programa é mais antigo (${values['program']}). Atualize este programa`
      : `O mestre roda a versão ${values['master']}, este é o ${values['program']}. Para atualizar: zap-fleet upgrade`,
  'node-lost': (values: Readonly<Record<string, string | number>>) =>
    `${values['node']} não responde: ${inPortuguese(String(values['reason']))}. ${values['sessions'] === 1 ? 'A única sessão dele aparece como estava' : `As ${values['sessions']} sessões dele aparecem como estavam`}.`,
  'node-not-reached': (values: Readonly<Record<string, string | number>>) =>
    `${values['node']} ainda não foi alcançado: ${inPortuguese(String(values['reason']))}.`,
  'node-twice': (values: Readonly<Record<string, string | number>>) =>
    `${values['other']} e ${values['node']} são a mesma frota. Para mostrar uma vez só: zap-fleet node remove ${values['node']}`,
  'node-copied': (values: Readonly<Record<string, string | number>>) =>
    `${values['node']} roda com uma cópia dos dados de ${values['other']}: duas frotas com as mesmas sessões. Encerre uma: zap-fleet master stop`,
  'node-gone': (values: Readonly<Record<string, string | number>>) =>
    `o servidor ${values['node']} sumiu. ${values['leftPt']}`,
  'node-stopped': (values: Readonly<Record<string, string | number>>) =>
    `o servidor ${values['node']} foi parado, e ${values['waiting']} sessões dele esperam por ele: ${values['names']}`,
  'nodes-one-name': (values: Readonly<Record<string, string | number>>) =>
    `dois servidores se chamam ${values['name']} (${values['host']} e ${values['other']}): defina FLEET_NODE em um deles e reinicie-o`,
  'discover-failed': (values: Readonly<Record<string, string | number>>) =>
    `FLEET_DISCOVER: ${values['name']} não tem endereço aqui. Num Swarm é tasks. e o nome do serviço, perguntado numa rede em que o serviço está`,
  'peers-no-token': (values: Readonly<Record<string, string | number>>) =>
    `${values['others'] === 1 ? 'Outro servidor foi encontrado' : `${values['others']} outros servidores foram encontrados`}. Para vê-los aqui, ponha o mesmo FLEET_API_TOKEN em todos os servidores e reinicie`,
  'door-address': (values: Readonly<Record<string, string | number>>) =>
    `FLEET_DOOR_URL não é dito a ninguém: ${inPortuguese(String(values['reason']))}`,
  'worker-versions': (values: Readonly<Record<string, string | number>>) =>
    `${values['workers']} robôs rodam a versão ${values['worker']}, o mestre a ${values['master']}: zap-fleet upgrade`,
  descriptors: (values: Readonly<Record<string, string | number>>) =>
    `${values['used']} de ${values['limit']} arquivos abertos: dá para ${values['fits']} sessões, ${values['asked']} deveriam rodar; aumente o limite para pelo menos ${values['needed']} (ulimit -n, LimitNOFILE no systemd, --ulimit nofile no Docker)`,
  'old-assistant': () =>
    'OPENAI_ASSISTANT não funciona mais: ponha o texto em cada sessão (E, ou prompt NOME --edit) e retire a variável',
  disk: (values: Readonly<Record<string, string | number>>) => {
    const done = String(values['measures'] ?? '')
      .split(',')
      .flatMap((measure) => (Object.hasOwn(diskMeasures, measure) ? [diskMeasures[measure]] : []));
    return `Disco em ${values['percent']}%${done.length === 0 ? '' : `: ${done.join(', ')}`}`;
  },
  'store-broken': (values: Readonly<Record<string, string | number>>) =>
    storeWords['pt-BR'][storeFaultCodes.find((code) => code === values['fault']) ?? 'corrupt'],
  'store-rewound': (values: Readonly<Record<string, string | number>>) =>
    `O banco de dados perdeu as últimas mudanças (${values['known']} conhecidas, ${values['found']} presentes): nada que já possa ter sido respondido é respondido de novo. Veja: zap-fleet events`,
  'hooks-failing': (values: Readonly<Record<string, string | number>>) =>
    `O webhook ${values['hook']} de ${values['session']}${values['others'] === 0 ? ' não recebe' : ` e mais ${values['others']} não recebem`} eventos; eles esperam por um dia. Veja: zap-fleet hook ls ${values['session']}`,
  'replica-away': (values: Readonly<Record<string, string | number>>) =>
    `Supabase fora do ar desde ${values['since']}: ${counted(values['waiting'])} gravações esperam aqui, nenhuma perdida`,
  'replica-refused': (values: Readonly<Record<string, string | number>>) =>
    `${reasonOf(values, 'O Supabase recusa')} (${counted(values['waiting'])} gravações esperam aqui, nenhuma perdida)`,
  'replica-edit': (values: Readonly<Record<string, string | number>>) =>
    reasonOf(values, 'Uma edição no Supabase não é válida: zap-fleet store status'),
};

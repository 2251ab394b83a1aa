import { incidentWordsIn } from '../../../src/words/incident-words.ts';
import type { enIncidentLabels } from '../en/incident-labels.ts';
import type { Widened } from '../widened.ts';

/** Incidentes, e a linha do mestre perdido. */
export const ptIncidentLabels: Widened<typeof enIncidentLabels> = {
  ago: (age: string) => `há ${age}`,
  moreBanners: (n: number) => `+${n}`,
  lost: (age: string) =>
    `Mestre parado há ${age}: os robôs respondem, nada se recupera. Tentando; em outro lugar: zap-fleet master status`,
  lostElsewhere: (name: string, age: string, reason: string) =>
    `Sem conexão com ${name} há ${age}: ${reason}. Os robôs de lá podem estar bem; aparecem como estavam.`,
  incident: {
    title: (id: number) => `Incidente ${id}`,
    dropped: (n: number, all: number) => `${n} de ${all} robôs caíram`,
    kept: 'Mensagens novas esperam no WhatsApp.',
    checkShort: { internet: 'internet', whatsapp: 'whatsapp.com', page: 'página', login: 'login' },
    at: 'às',
    check: { internet: 'internet', whatsapp: 'web.whatsapp.com', page: 'página', login: 'login' },
    result: { ok: 'ok', fails: 'FALHA', unknown: '?' },
    paused: 'Reinícios pausados',
    retry: (left: string) => `1 robô de teste tenta em ${left}`,
    details: 'x detalhes',
    copy: 'y copia o texto para clientes',
    outage: incidentWordsIn['pt-BR'].outage,
    seen: (kinds) => {
      const words = incidentWordsIn['pt-BR'].seen(kinds);
      return words === '' ? '' : `Visto: ${words}`;
    },
    isOver: (title: string) => `${title} acabou: não há mais o que testar`,
    noneRuns: (title: string) => `${title}: nenhum robô dele está com a página aberta; o master testa um sozinho`,
    none: 'Nenhum incidente em 30 dias. É o caso bom.',
    list: 'Incidentes',
    week: 'Últimos 7 dias',
    connected: 'conectados',
    connectedShare: (share: string) => `conectados ${share} do tempo`,
    measuring: 'medindo, primeiro ponto dentro de uma hora',
    lane: { whatsapp: 'WhatsApp', server: 'este servidor', network: 'rede', unknown: 'não se sabe' },
    now: 'agora',
    open: 'aberto',
    thisWeek: 'nesta semana',
    ofBots: (n: number, all: number) => `${n} de ${all} robôs`,
    inAll: (n: number, all: string, longest: string) =>
      `${n} ${n === 1 ? 'incidente' : 'incidentes'}, ${all} ao todo, o maior ${longest}`,
    andMore: (n: number) => `e mais ${n}`,
    singles: 'Robôs isolados com problema não são incidente:',
    singlesStand: (more: number) =>
      more === 0 ? 'eles ficam em PRECISA DE VOCÊ, na tela 1.' : `e mais ${more}, em PRECISA DE VOCÊ, na tela 1.`,
    forClients: 'Para seus clientes',
    lasted: (age: string) => `durou ${age}`,
    sessions: 'sessões',
    conclusion: 'provavelmente',
  },
};

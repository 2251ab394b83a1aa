import { incidentWordsIn } from '../../../src/words/incident-words.ts';
import type { enIncidentLabels } from '../en/incident-labels.ts';
import type { Widened } from '../widened.ts';

/** Incidentes, e a linha do mestre perdido. */
export const ptIncidentLabels: Widened<typeof enIncidentLabels> = {
  ago: (age: string) => `há ${age}`,
  moreBanners: (n: number) => `+${n}`,
  lost: (age: string) =>
    `Mestre parado há ${age}: os robôs respondem, nada se recupera. Tentando; em outro lugar: zap-fleet master status`,
  incident: {
    title: (id: number) => `INCIDENTE ${id}`,
    dropped: (n: number, all: number) => `${n} de ${all} sessões caíram`,
    droppedShort: (n: number, all: number) => `${n} de ${all} caíram`,
    kept: 'Mensagens novas esperam no WhatsApp.',
    checkShort: { internet: 'internet', whatsapp: 'whatsapp', page: 'página', login: 'login' },
    at: 'às',
    check: { internet: 'internet', whatsapp: 'web.whatsapp.com', page: 'página', login: 'login' },
    result: { ok: 'ok', fails: 'FALHA', unknown: '?' },
    paused: 'Reinícios pausados',
    retry: (left: string) => `1 sessão de teste tenta em ${left}`,
    details: 'x detalhes',
    copy: 'y copia o texto para clientes',
    outage: incidentWordsIn['pt-BR'].outage,
    seen: (kinds) => {
      const words = incidentWordsIn['pt-BR'].seen(kinds);
      return words === '' ? '' : `Visto: ${words}`;
    },
    none: 'Nenhum incidente. É o caso bom.',
    screen: 'incidentes',
    running: 'em curso',
    lasted: (age: string) => `durou ${age}`,
    sessions: 'sessões',
    clientText: 'TEXTO PARA CLIENTES (y copia)',
    conclusion: 'provavelmente',
  },
};

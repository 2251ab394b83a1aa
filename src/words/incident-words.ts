import type { IncidentBlame } from '../session/incident-blame.ts';
import type { NetworkFault } from '../session/network-fault.ts';
import type { Language } from './language.ts';

/** Incidents in both languages, said once: for screen, command line, alerts and events. */

/** How sessions failed, as it was seen; counts by kind. */
export type FailuresSeen = Readonly<Record<string, number>>;

interface IncidentWords {
  /** Whose fault it probably is: a title and a sentence. */
  readonly blames: Readonly<Record<IncidentBlame, { readonly cause: string; readonly conclusion: string }>>;
  readonly faults: Readonly<Record<NetworkFault, string>>;
  /** `no internet since 14:27, 12 bots wait, next try 20 s`; `next` null while one is under way. */
  outage(fault: NetworkFault, since: string, waiting: number, next: string | null): string;
  /** `7 workers ended by themselves, 2 offline`. */
  seen(kinds: FailuresSeen): string;
}

const kindsEn: Readonly<Record<string, (n: number) => string>> = {
  network: (n) => `${n} without network`,
  offline: (n) => `${n} offline`,
  'worker-died': (n) => (n === 1 ? '1 worker ended by itself' : `${n} workers ended by themselves`),
  'browser-died': (n) => (n === 1 ? '1 browser died' : `${n} browsers died`),
  page: (n) => (n === 1 ? '1 page crashed or hung' : `${n} pages crashed or hung`),
  start: (n) => `${n} did not come up`,
  deaf: (n) => `${n} heard nothing`,
  'logged-out': (n) => `${n} logged out`,
};

const kindsPt: Readonly<Record<string, (n: number) => string>> = {
  network: (n) => `${n} sem rede`,
  offline: (n) => `${n} sem conexão`,
  'worker-died': (n) =>
    n === 1 ? '1 processo do robô terminou sozinho' : `${n} processos de robôs terminaram sozinhos`,
  'browser-died': (n) => (n === 1 ? '1 navegador caiu' : `${n} navegadores caíram`),
  page: (n) => (n === 1 ? '1 página caiu ou travou' : `${n} páginas caíram ou travaram`),
  start: (n) => (n === 1 ? '1 não subiu' : `${n} não subiram`),
  deaf: (n) => (n === 1 ? '1 não ouvia nada' : `${n} não ouviam nada`),
  'logged-out': (n) => (n === 1 ? '1 deslogada' : `${n} deslogadas`),
};

/** The most frequent first. */
const listKinds = (kinds: FailuresSeen, words: Readonly<Record<string, (n: number) => string>>): string =>
  Object.entries(kinds)
    .filter(([kind, count]) => count > 0 && words[kind] !== undefined)
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => words[kind]?.(count) ?? '')
    .join(', ');

export const incidentWordsIn: Readonly<Record<Language, IncidentWords>> = {
  en: {
    blames: {
      network: {
        cause: "This server's network",
        conclusion: 'This server has no internet: probably its network or provider, not WhatsApp.',
      },
      server: {
        cause: 'This server',
        conclusion:
          'Workers or browsers died together: probably this server (memory, disk, PM2, or somebody killed them).',
      },
      whatsapp: {
        cause: 'WhatsApp Web',
        conclusion: 'The internet works but web.whatsapp.com does not answer: probably WhatsApp, not your server.',
      },
      'whatsapp-change': {
        cause: 'WhatsApp Web',
        conclusion:
          'web.whatsapp.com answers but sessions cannot get in: probably a change at WhatsApp, not your server.',
      },
      'server-gone': {
        cause: 'A server is gone',
        conclusion: 'It was not heard of any more: it is off, or cut off from Supabase.',
      },
      over: {
        cause: 'WhatsApp Web or the network',
        conclusion: 'Everything answers again: it was probably short, at WhatsApp or in the network.',
      },
      unknown: {
        cause: 'WhatsApp Web or the network',
        conclusion: 'Not clear yet whether it is your server, the network or WhatsApp.',
      },
    },
    faults: {
      'no-network': 'no internet',
      dns: 'no internet (DNS does not answer)',
      'whatsapp-unreachable': 'WhatsApp cannot be reached',
    },
    outage: (fault, since, waiting, next) =>
      `${incidentWordsIn.en.faults[fault]} since ${since}, ${waiting} ${waiting === 1 ? 'bot waits' : 'bots wait'}, ${next === null ? 'trying' : `next try ${next}`}`,
    seen: (kinds) => listKinds(kinds, kindsEn),
  },
  'pt-BR': {
    blames: {
      network: {
        cause: 'A rede deste servidor',
        conclusion: 'Este servidor está sem internet: provavelmente a rede ou o provedor, não o WhatsApp.',
      },
      server: {
        cause: 'Este servidor',
        conclusion:
          'Robôs ou navegadores caíram juntos: provavelmente este servidor (memória, disco, PM2, ou alguém os encerrou).',
      },
      whatsapp: {
        cause: 'WhatsApp Web',
        conclusion:
          'A internet funciona, mas web.whatsapp.com não responde: provavelmente o WhatsApp, não o seu servidor.',
      },
      'whatsapp-change': {
        cause: 'WhatsApp Web',
        conclusion:
          'web.whatsapp.com responde, mas as sessões não entram: provavelmente uma mudança no WhatsApp, não o seu servidor.',
      },
      'server-gone': {
        cause: 'Um servidor sumiu',
        conclusion: 'Não dá mais notícia: está desligado, ou sem acesso ao Supabase.',
      },
      over: {
        cause: 'WhatsApp Web ou a rede',
        conclusion: 'Tudo responde de novo: foi curto, provavelmente no WhatsApp ou na rede.',
      },
      unknown: {
        cause: 'WhatsApp Web ou a rede',
        conclusion: 'Ainda não está claro se é o seu servidor, a rede ou o WhatsApp.',
      },
    },
    faults: {
      'no-network': 'sem internet',
      dns: 'sem internet (o DNS não responde)',
      'whatsapp-unreachable': 'o WhatsApp não é alcançado',
    },
    outage: (fault, since, waiting, next) =>
      `${incidentWordsIn['pt-BR'].faults[fault]} desde ${since}, ${waiting} ${waiting === 1 ? 'robô espera' : 'robôs esperam'}, ${next === null ? 'tentando' : `nova tentativa em ${next}`}`,
    seen: (kinds) => listKinds(kinds, kindsPt),
  },
};

/** Of each kind how many. */
export const countKinds = (kinds: Iterable<string>): FailuresSeen => {
  const counts: Record<string, number> = {};
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

import type { IncidentCheck } from '../../protocol/fleet.ts';
import type { IncidentBlame } from '../../session/incident-blame.ts';
import { countKinds, incidentWordsIn } from '../../words/incident-words.ts';
import type { Language } from '../../words/language.ts';
import type { FailureKind } from './incident-detector.ts';

/** Says in words whose fault an incident probably is. Pure. */

export interface IncidentConclusion {
  readonly blame: IncidentBlame;
  /** For the banner's title, e.g. `WhatsApp Web or the network`. */
  readonly cause: string;
  /** One English sentence. */
  readonly conclusion: string;
}

const ownDeaths: ReadonlySet<FailureKind> = new Set(['worker-died', 'browser-died']);

/** Deaths of our own processes speak of the machine, whatever the network says: workers that were killed are not "no internet". */
export const areOwnDeaths = (kinds: readonly FailureKind[]): boolean =>
  kinds.filter((kind) => ownDeaths.has(kind)).length * 2 > kinds.length;

/**
 * From what was probed and how the sessions failed. Checks that are missing count as `unknown`. `internet` is any well-known host but
 * WhatsApp's, `whatsapp` is web.whatsapp.com over HTTPS, `page` the page in a real browser, `login` a session that gets in.
 */
export const concludeIncident = (
  checks: readonly IncidentCheck[],
  kinds: readonly FailureKind[],
): IncidentConclusion => {
  const resultOf = (name: IncidentCheck['name']): IncidentCheck['result'] =>
    checks.find((check) => check.name === name)?.result ?? 'unknown';
  const blame = ((): IncidentBlame => {
    const reachesWhatsapp = resultOf('whatsapp');
    if (areOwnDeaths(kinds)) return 'server';
    // Whoever reaches WhatsApp has internet, even when the other host is down.
    if (resultOf('internet') === 'fails' && reachesWhatsapp !== 'ok') return 'network';
    if (reachesWhatsapp === 'fails') return resultOf('internet') === 'ok' ? 'whatsapp' : 'unknown';
    if (reachesWhatsapp === 'unknown') return 'unknown';
    if (resultOf('page') === 'fails' || resultOf('login') === 'fails') return 'whatsapp-change';
    return resultOf('login') === 'ok' ? 'over' : 'unknown';
  })();
  const { cause, conclusion } = incidentWordsIn.en.blames[blame];
  const seen = incidentWordsIn.en.seen(countKinds(kinds));
  return { blame, cause, conclusion: seen === '' ? conclusion : `Seen: ${seen}. ${conclusion}` };
};

const clientTexts: Readonly<Record<Language, Readonly<Record<'ours' | 'theirs' | 'open', string>>>> = {
  en: {
    ours: 'Our server has a problem at the moment and the bot answers late. Messages wait at WhatsApp and are answered afterwards. We are on it.',
    theirs:
      'WhatsApp Web has problems at the moment, so the bot answers late. Messages are not lost: they wait at WhatsApp and are answered as soon as it is back. Your phone keeps working.',
    open: 'The bot is not connected at the moment and answers late. Messages wait at WhatsApp and are answered afterwards. We are looking for the cause.',
  },
  'pt-BR': {
    ours: 'Nosso servidor está com um problema agora e o robô responde com atraso. As mensagens ficam no WhatsApp e serão respondidas depois. Já estamos cuidando.',
    theirs:
      'O WhatsApp Web está com problemas agora e o robô responde com atraso. Nenhuma mensagem se perde: elas ficam no WhatsApp e serão respondidas assim que ele voltar. Seu celular continua funcionando.',
    open: 'O robô está desconectado agora e responde com atraso. As mensagens ficam no WhatsApp e serão respondidas depois. Estamos procurando a causa.',
  },
};

/** A text that the agency can send to its clients as it is. */
export const clientText = (blame: IncidentBlame, language: Language): string => {
  const kind =
    blame === 'network' || blame === 'server' || blame === 'server-gone'
      ? 'ours'
      : blame.startsWith('whatsapp')
        ? 'theirs'
        : 'open';
  return clientTexts[language][kind];
};

/** One line for a banner or an alert: `WhatsApp Web: 9 of 12 sessions dropped within 40s`. */
export const incidentTitle = (
  conclusion: IncidentConclusion,
  incident: { readonly sessionIds: readonly string[]; readonly totalSessions: number; readonly spreadMs: number },
): string =>
  `${conclusion.cause}: ${incident.sessionIds.length} of ${incident.totalSessions} sessions dropped within ${Math.max(1, Math.round(incident.spreadMs / 1000))}s`;

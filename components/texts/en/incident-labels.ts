import { incidentWordsIn } from '../../../src/words/incident-words.ts';

/** Incidents, and the line of a lost master. */
export const enIncidentLabels = {
  ago: (age: string) => `${age} ago`,
  moreBanners: (n: number) => `+${n} more`,
  lost: (age: string) =>
    `Master not running for ${age}: bots answer, nothing heals. Trying again; elsewhere: zap-fleet master status`,
  incident: {
    title: (id: number) => `INCIDENT ${id}`,
    dropped: (n: number, all: number) => `${n} of ${all} sessions dropped`,
    droppedShort: (n: number, all: number) => `${n} of ${all} dropped`,
    kept: 'New messages wait at WhatsApp.',
    checkShort: { internet: 'internet', whatsapp: 'whatsapp', page: 'page', login: 'login' },
    at: 'at',
    check: { internet: 'internet', whatsapp: 'web.whatsapp.com', page: 'page loads', login: 'login' },
    result: { ok: 'ok', fails: 'FAILS', unknown: '?' },
    paused: 'Restarts paused',
    retry: (left: string) => `1 test session retries in ${left}`,
    details: 'x details',
    copy: 'y copy text for clients',
    outage: incidentWordsIn.en.outage,
    seen: incidentWordsIn.en.seen,
    none: 'No incidents. That is the good case.',
    screen: 'incidents',
    running: 'running',
    lasted: (age: string) => `lasted ${age}`,
    sessions: 'sessions',
    clientText: 'TEXT FOR CLIENTS (y copies it)',
    conclusion: 'probably',
  },
} as const;

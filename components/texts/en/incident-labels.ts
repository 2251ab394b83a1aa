import { incidentWordsIn } from '../../../src/words/incident-words.ts';

/** Incidents, and the line of a lost master. */
export const enIncidentLabels = {
  ago: (age: string) => `${age} ago`,
  moreBanners: (n: number) => `+${n} more`,
  lost: (age: string) =>
    `Master not running for ${age}: bots answer, nothing heals. Trying again; elsewhere: zap-fleet master status`,
  lostElsewhere: (name: string, age: string, reason: string) =>
    `No connection to ${name} for ${age}: ${reason}. Its bots may be well; they are shown as they were.`,
  incident: {
    title: (id: number) => `Incident ${id}`,
    dropped: (n: number, all: number) => `${n} of ${all} bots dropped`,
    kept: 'New messages wait at WhatsApp.',
    checkShort: { internet: 'internet', whatsapp: 'whatsapp.com', page: 'page', login: 'login' },
    at: 'at',
    check: { internet: 'internet', whatsapp: 'web.whatsapp.com', page: 'page loads', login: 'login' },
    result: { ok: 'ok', fails: 'FAILS', unknown: '?' },
    paused: 'Restarts paused',
    retry: (left: string) => `1 test bot retries in ${left}`,
    details: 'x details',
    copy: 'y copy text for clients',
    outage: incidentWordsIn.en.outage,
    seen: incidentWordsIn.en.seen,
    isOver: (title: string) => `${title} is over: nothing is left to test`,
    noneRuns: (title: string) => `${title}: none of its bots has a page open; the master tests one by itself`,
    none: 'No incident in 30 days. That is the good case.',
    list: 'Incidents',
    week: 'Last 7 days',
    connected: 'connected',
    connectedShare: (share: string) => `connected ${share} of the time`,
    measuring: 'measuring, first point within the hour',
    lane: { whatsapp: 'WhatsApp', server: 'this server', network: 'network', unknown: 'not known' },
    now: 'now',
    open: 'open',
    thisWeek: 'this week',
    ofBots: (n: number, all: number) => `${n} of ${all} bots`,
    inAll: (n: number, all: string, longest: string) =>
      `${n} ${n === 1 ? 'incident' : 'incidents'}, ${all} in all, longest ${longest}`,
    andMore: (n: number) => `and ${n} more`,
    singles: 'Single bots in trouble are no incident:',
    singlesStand: (more: number) =>
      more === 0 ? 'they stand in NEEDS YOU on screen 1.' : `and ${more} more, in NEEDS YOU on screen 1.`,
    forClients: 'For your clients',
    lasted: (age: string) => `lasted ${age}`,
    sessions: 'sessions',
    conclusion: 'probably',
  },
} as const;

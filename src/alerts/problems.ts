import type { Banner, FleetSnapshot, Incident, SessionRow } from '../protocol/fleet.ts';
import { plainText } from '../session/plain-text.ts';
import { isStoreReason } from '../session/store-trouble.ts';
import type { EpochMs, Milliseconds } from '../session/units.ts';
import { type Verdict, verdictLooks } from '../session/verdict.ts';
import { alertWords } from '../words/alert-words.ts';
import { leftWords } from '../words/gone-words.ts';
import { incidentWordsIn } from '../words/incident-words.ts';
import type { Language } from '../words/language.ts';
import { storeBanner } from './store-alert.ts';

/**
 * What of a snapshot is worth waking somebody up, each with one key: an incident is one problem, not one a session. Texts are made of our
 * own words, names and numbers only: never of a reason that came from outside. Pure.
 */
export interface Problem {
  readonly key: string;
  readonly title: string;
  /** What is told when it is over, where the title would be wrong by then. */
  readonly over?: string;
  /** It has to last this long before it is told: what heals by itself in seconds wakes nobody. */
  readonly holdMs: Milliseconds;
  readonly sessionName: string | null;
}

const second = 1000;
const minute = 60 * second;

/** Verdicts that open a problem, and how long each must last. */
const opening: Partial<Record<Verdict, Milliseconds>> = {
  gave_up: 5 * second,
  banned: 5 * second,
  logged_out: 20 * second,
  wrong_number: 20 * second,
  not_replying: minute,
  not_receiving: 10 * minute,
  offline: 10 * minute,
  starting: 10 * minute,
  paused_start: 10 * minute,
};

/** Single customers wait for a person; the session itself answers. Each of these is a problem of its own (`ofCustomers`). */
const answersOthers: ReadonlySet<Verdict> = new Set(['restricted', 'asks_for_person', 'drafts', 'proposal', 'canary']);

/** Customers are answered again, or a person decided that they are not. */
const isClosed = (row: SessionRow): boolean => {
  const { group } = verdictLooks[row.verdict];
  return row.desiredState === 'stopped' || group === 'off' || group === 'answering' || answersOthers.has(row.verdict);
};

const ofSession = (row: SessionRow, isOpen: boolean, language: Language): readonly Problem[] => {
  if (isClosed(row)) return [];
  const holdMs = opening[row.verdict];
  // Folded into an incident it is told with it; a problem that was told stays open until its customers are answered.
  // A store at fault is one problem of the whole fleet (`store-alert.ts`).
  if (!isOpen && (holdMs === undefined || row.incidentId !== null || isStoreReason(row.reasonCode))) return [];
  const text = alertWords[language];
  return [
    {
      key: `session:${row.id}`,
      title: text.session(plainText(row.name), row.verdict, row.reasonCode),
      holdMs: holdMs ?? 0,
      sessionName: row.name,
    },
  ];
};

/** What a session's customers meet, one problem a kind however many they are: nobody is named. */
const ofCustomers = (row: SessionRow, open: ReadonlySet<string>, language: Language): readonly Problem[] => {
  const text = alertWords[language];
  const name = plainText(row.name);
  const problem = (kind: string, title: string, holdMs: Milliseconds): Problem => ({
    key: `${kind}:${row.id}`,
    title,
    holdMs,
    sessionName: row.name,
  });

  const found: Problem[] = [];
  // Where nobody is answered, that is what is told; who is left when it is over is told then.
  if (row.silent.chats > 0 && (row.verdict !== 'not_replying' || open.has(`silent:${row.id}`)))
    found.push(problem('silent', text.silent(name), 30 * second));
  if (row.asksForPerson > 0) found.push(problem('asks', text.asksForPerson(name), 5 * second));
  if (row.restriction?.scope === 'new') found.push(problem('restricted', text.restricted(name), minute));
  // Nobody waits for anything: it is told so that somebody knows why, and it ends when somebody has seen it.
  if (row.canary?.state === 'rolled-back') found.push(problem('canary', text.canary(name), 0));
  return found;
};

const titleOfIncident = (incident: Incident, language: Language): string => {
  const words = alertWords[language];
  if (incident.outage != null) return words.outage(incident.id, incident.outage.fault, incident.sessionIds.length);

  if (incident.gone != null)
    return words.gone(incident.id, plainText(incident.gone.node), leftWords(incident.gone.sessions, language));

  // English as the master says it, which may be of another version and know more.
  const { cause, conclusion } = language === 'en' ? incident : incidentWordsIn[language].blames[incident.blame];
  const seen = language === 'en' ? '' : incidentWordsIn[language].seen(incident.seen ?? {});
  return words.incident(
    incident.id,
    plainText(cause),
    incident.sessionIds.length,
    incident.totalSessions,
    plainText(seen === '' ? conclusion : `${seen}. ${conclusion}`),
  );
};

const ofIncident = (incident: Incident, language: Language): Problem => ({
  key: `incident:${incident.id}`,
  title: titleOfIncident(incident, language),
  ...(incident.gone == null ? {} : { over: alertWords[language].back(incident.id, plainText(incident.gone.node)) }),
  // Its probes say within seconds whose fault it is: worth one better message.
  holdMs: 15 * second,
  sessionName: null,
});

const ofBanner = (banner: Banner): Problem => ({
  key: `banner:${banner.id}`,
  title: plainText(banner.text),
  holdMs: 10 * second,
  sessionName: null,
});

/** All problems of now. `open`: keys that have been told and not recovered. */
export const problemsOf = (
  snapshot: FleetSnapshot,
  open: ReadonlySet<string>,
  language: Language,
): readonly Problem[] => [
  ...snapshot.incidents.filter(({ endedAt }) => endedAt === null).map((incident) => ofIncident(incident, language)),
  ...snapshot.banners.filter(({ id, level }) => level === 'bad' && id !== storeBanner).map(ofBanner),
  ...snapshot.sessions.flatMap((row) => [
    ...ofSession(row, open.has(`session:${row.id}`), language),
    ...ofCustomers(row, open, language),
  ]),
];

export interface OpenProblem {
  readonly since: EpochMs;
  readonly title: string;
  readonly told: boolean;
  readonly over?: string;
  readonly sessionName: string | null;
}
export interface AlertState {
  readonly open: Readonly<Record<string, OpenProblem>>;
  /** When each was last over: what comes back soon is told later. */
  readonly closed: Readonly<Record<string, EpochMs>>;
}
export const noAlertState: AlertState = { open: {}, closed: {} };

export interface Alert {
  readonly kind: 'problem' | 'recovery' | 'test';
  readonly key: string;
  readonly title: string;
  readonly sessionName: string | null;
  readonly at: EpochMs;
  /** Of a recovery: how long it lasted. */
  readonly lastedMs: Milliseconds | null;
}

/** What came back within this time has to last longer before it is told again. */
const flapWithin = 15 * minute;
const flapHold = 5 * minute;

/** One look: which alerts are due now, each problem told once, and its end once. */
export const stepAlerts = (
  state: AlertState,
  problems: readonly Problem[],
  now: EpochMs,
): { readonly state: AlertState; readonly alerts: readonly Alert[] } => {
  const alerts: Alert[] = [];
  const open: Record<string, OpenProblem> = {};
  const closed: Record<string, EpochMs> = Object.fromEntries(
    Object.entries(state.closed).filter(([, at]) => now - at < flapWithin && at <= now),
  );
  for (const problem of problems) {
    const before = state.open[problem.key];
    const since = Math.min(before?.since ?? now, now);
    const hold = closed[problem.key] === undefined ? problem.holdMs : Math.max(problem.holdMs, flapHold);
    const isDue = before?.told !== true && now - since >= hold;
    const title = before?.told === true ? before.title : problem.title;
    if (isDue)
      alerts.push({
        kind: 'problem',
        key: problem.key,
        title: problem.title,
        sessionName: problem.sessionName,
        at: since,
        lastedMs: null,
      });
    open[problem.key] = {
      since,
      title,
      told: isDue || before?.told === true,
      ...(problem.over === undefined ? {} : { over: problem.over }),
      sessionName: problem.sessionName,
    };
  }
  for (const [key, before] of Object.entries(state.open)) {
    if (open[key] !== undefined) continue;
    if (!before.told) continue;
    closed[key] = now;
    alerts.push({
      kind: 'recovery',
      key,
      title: before.over ?? before.title,
      sessionName: before.sessionName,
      at: now,
      lastedMs: Math.max(0, now - before.since),
    });
  }
  return { state: { open, closed }, alerts };
};

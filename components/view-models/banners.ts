import type { Banner, Incident } from '../../src/protocol/fleet.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { jobWords } from '../../src/words/job-words.ts';
import { age } from '../paint/format.ts';
import { type Line, layout, place, span } from '../paint/line.ts';
import { incidentWords } from './told.ts';
import type { View } from './view.ts';

/** What concerns the whole fleet, in the place of the machine's line; worst first, and gone by itself. */

interface Shown {
  readonly bad: boolean;
  readonly text: string;
}

const ownTexts = (view: View, banner: Banner): string => {
  const known = view.t.banner as Readonly<
    Record<string, (values: Readonly<Record<string, string | number>>) => string>
  >;
  const make = Object.hasOwn(known, banner.code) ? known[banner.code] : undefined;
  return plainText(make === undefined ? banner.text : make(banner.values));
};

export const activeIncident = (view: View): Incident | null =>
  view.snapshot.incidents.find(({ endedAt }) => endedAt === null) ?? null;

const lostBanner = (view: View): readonly Shown[] =>
  view.lostSince === null ? [] : [{ bad: true, text: view.t.lost(age(view.now - view.lostSince)) }];

/** A network that is away is one line: nothing is to be found out, and nothing to be done but to wait. */
const outageLine = (view: View, incident: Incident, outage: NonNullable<Incident['outage']>): Line => {
  const { t } = view;
  const leftMs = (incident.nextTryAt ?? 0) - view.now;
  const next = leftMs > 0 ? age(leftMs) : null;
  const text = t.incident.outage(outage.fault, view.calendar.time(incident.startedAt), outage.waiting, next);
  return layout([{ column: 0, text: '!!', tone: 'p:bad' }, place(3, text)], view.columns - 1);
};

const incidentLines = (view: View, incident: Incident): readonly Line[] => {
  const { t } = view;
  const { outage } = incident;
  if (outage != null) return [outageLine(view, incident, outage)];
  const wide = view.columns >= 110;
  const width = view.columns - 1;
  const { cause, conclusion } = incidentWords(incident, view);
  const counts = (wide ? t.incident.dropped : t.incident.droppedShort)(
    incident.sessionIds.length,
    incident.totalSessions,
  );
  const ago = age(view.now - incident.startedAt);
  const since = `${view.calendar.time(incident.startedAt)} (${wide ? t.ago(ago) : ago})`;
  const title = `!! ${t.incident.title(incident.id)}`;
  const first = layout(
    [{ column: 0, text: title, tone: 'p:bad' }, place(title.length, `  ${cause}: ${counts} ${t.incident.at} ${since}`)],
    width,
  );
  const names = wide ? t.incident.check : t.incident.checkShort;
  const checks = incident.checks
    .filter(({ name, result }) => wide || name !== 'whatsapp' || result === 'fails')
    .map(({ name, result }) => `${names[name]} ${t.incident.result[result]}`)
    .join(wide ? '   ' : '  ');
  const waits = incident.nextTryAt !== null && incident.nextTryAt > view.now;
  const next = waits ? t.incident.retry(age((incident.nextTryAt ?? 0) - view.now)) : '';
  if (!wide) {
    const more = `   ${t.incident.details}`;
    return [
      first,
      layout([place(3, `${checks}.${next === '' ? '' : ` ${next}`}`), place(width - more.length, more)], width),
    ];
  }
  const paused = next === '' ? t.incident.paused : `${t.incident.paused}; ${next}`;
  return [
    first,
    layout([place(3, `${checks}  ->  ${conclusion}`)], width),
    layout([place(3, `${paused}. ${t.incident.kept}   ${t.incident.details}   ${t.incident.copy}`)], width),
  ];
};

/** Sooner it would only flicker. */
const shownAfterMs = 1000;

/** Long work of the master, the longest first: one line, and how many more there are. */
const jobLines = (view: View): readonly Line[] => {
  const jobs = view.snapshot.jobs.filter(({ startedAt }) => view.now - startedAt >= shownAfterMs);
  const [first] = jobs;
  if (first === undefined) return [];

  const width = view.columns - 1;
  const more = jobs.length > 1 ? `  ${view.t.moreBanners(jobs.length - 1)}` : '';
  const bad = first.problem !== null;
  return [
    layout(
      [
        place(0, bad ? ' !' : ' ~', bad ? 'p:warn' : 'muted'),
        place(2, ` ${jobWords(first, view.language)}`),
        place(width - more.length, more),
      ],
      width,
    ),
  ];
};

/** The lines above the table; empty when all is well and nothing long is being done. */
export const bannerLines = (view: View): readonly Line[] => [...warningLines(view), ...jobLines(view)];

const warningLines = (view: View): readonly Line[] => {
  const width = view.columns - 1;
  const incident = activeIncident(view);
  const banners = [...view.snapshot.banners].sort((a, b) =>
    a.level === b.level ? a.since - b.since : a.level === 'bad' ? -1 : 1,
  );
  const shown: Shown[] = [
    ...lostBanner(view),
    ...banners.map((banner) => ({ bad: banner.level === 'bad', text: ownTexts(view, banner) })),
  ];
  if (incident !== null) {
    const lines = incidentLines(view, incident);
    if (shown.length === 0) return lines;
    const worst = shown[0];
    return worst === undefined ? lines : [...lines, oneLine(view, worst, shown.length - 1, width)];
  }
  const worst = shown[0];
  return worst === undefined ? [] : [oneLine(view, worst, shown.length - 1, width)];
};

const oneLine = (view: View, banner: Shown, more: number, width: number): Line => {
  const mark = banner.bad ? '!!' : ' !';
  const tail = more > 0 ? `  ${view.t.moreBanners(more)}` : '';
  const line = layout(
    [place(0, mark, banner.bad ? 'p:bad' : 'p:warn'), place(2, ` ${banner.text}`), place(width - tail.length, tail)],
    width,
  );
  return line.length === 0 ? [span(mark)] : line;
};

import type { Banner, Incident, IncidentCheck } from '../../../src/protocol/fleet.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { jobWords } from '../../../src/words/job-words.ts';
import { wholeSentences } from '../../paint/ends.ts';
import { age } from '../../paint/format.ts';
import { glyph } from '../../paint/glyphs.ts';
import {
  cut,
  cutLine,
  type Line,
  layout,
  lineWidth,
  onGround,
  place,
  placeLine,
  span,
  type Tone,
  textWidth,
} from '../../paint/line.ts';
import { incidentWords } from '../told.ts';
import { lastColumn, type View } from '../view.ts';
import { keysLine } from './keys-line.ts';

/** What concerns the whole fleet, on a bar under the badge; worst first, and gone by itself. */

interface Shown {
  readonly bad: boolean;
  readonly text: string;
}

const ownTexts = (view: View, banner: Banner): string => {
  const known = view.t.banner as Readonly<
    Record<string, (values: Readonly<Record<string, string | number>>) => string>
  >;
  const make = Object.hasOwn(known, banner.code) ? known[banner.code] : undefined;
  return plainText(make === undefined ? view.t.said(banner.text) : make(banner.values));
};

/** Among several nodes a banner begins with its own. */
const whose = ({ snapshot }: View, { node }: Banner): string =>
  node === undefined || (snapshot.nodes?.length ?? 0) < 2 ? '' : `${plainText(node)}: `;

export const activeIncident = (view: View): Incident | null =>
  view.snapshot.incidents.find(({ endedAt }) => endedAt === null) ?? null;

/** Among several nodes each that does not answer has its own banner. */
const lostBanner = (view: View): readonly Shown[] => {
  const { lostSince, lostElsewhere, now, t, snapshot } = view;
  if (lostSince === null) return [];
  if (lostElsewhere === null) return [{ bad: true, text: t.lost(age(now - lostSince)) }];
  if (snapshot.nodes !== undefined) return [];
  const name = plainText(snapshot.fleet.node ?? snapshot.fleet.host);
  return [{ bad: true, text: t.lostElsewhere(name, age(now - lostSince), plainText(t.said(lostElsewhere))) }];
};

/** A row of the bar: an edge, what it says, and what stands at its right. */
const bar = (view: View, edge: Tone, left: Line, right: Line = []): Line => {
  const end = lastColumn(view) + 1;
  const start = right.length === 0 ? end : end - lineWidth(right);
  const line = layout(
    [
      place(0, edge === 'muted' ? '' : glyph.cursor, edge),
      ...placeLine(2, cutLine(left, Math.max(0, start - (right.length === 0 ? 2 : 4)))),
      ...placeLine(start, right),
    ],
    view.columns - 1,
  );
  return onGround(line, 'head', view.columns - 1);
};

const sign = (bad: boolean): Line => [span(`${glyph.needsYou} `, bad ? 'bad+' : 'warn+')];

/** A network that is away is one row: nothing is to be found out, and nothing to be done but to wait. */
const outageLine = (view: View, incident: Incident, outage: NonNullable<Incident['outage']>): Line => {
  const { t } = view;
  const leftMs = (incident.nextTryAt ?? 0) - view.now;
  const next = leftMs > 0 ? age(leftMs) : null;
  const text = t.incident.outage(outage.fault, view.calendar.time(incident.startedAt), outage.waiting, next);
  return bar(view, 'bad', [...sign(true), span(text)]);
};

/** Another server is gone: there is nothing to be found out here. */
const goneLine = (view: View, incident: Incident): Line => {
  const { cause, conclusion } = incidentWords(incident, view);
  const since = view.calendar.time(incident.startedAt);
  const keys = keysLine([{ key: 'x', label: view.t.alarm.details }], view);
  const room = lastColumn(view) - 5 - lineWidth(keys);
  return bar(view, 'bad', [...sign(true), span(wholeSentences(`${cause} ${since}. ${conclusion}`, room))], keys);
};

const checkSpans = ({ name, result }: IncidentCheck, view: View): Line => {
  const word = view.t.alarm.check[name];
  if (result === 'ok') return [span(`${word} `, 'muted'), span(glyph.done, 'ok+')];
  if (result === 'fails') return [span(`${word} `, 'bold'), span(glyph.gaveUp, 'bad+')];
  return [span(`${word} ?`, 'muted')];
};

/** `internet ✓ → page ✓ → login ✕`: how far one comes on the way to WhatsApp. Where it broke stays longest. */
const chain = (incident: Incident, view: View, wide: boolean, width: number): Line => {
  const gap = wide ? '  ' : ' ';
  const checks = incident.checks.filter(({ name, result }) => wide || name !== 'whatsapp' || result === 'fails');
  const from = (first: number): Line =>
    checks
      .slice(first)
      .flatMap((check, index) => [
        ...(index === 0 ? [] : [span(`${gap}${glyph.arrow}${gap}`, 'faint')]),
        ...checkSpans(check, view),
      ]);
  const fits = checks.findIndex((_, first) => lineWidth(from(first)) <= width);
  return from(Math.max(fits, 0));
};

const incidentLines = (view: View, incident: Incident): readonly Line[] => {
  const { t } = view;
  const { outage } = incident;
  if (outage != null) return [outageLine(view, incident, outage)];
  if (incident.gone != null) return [goneLine(view, incident)];

  const wide = view.columns >= 100;
  const { cause, conclusion } = incidentWords(incident, view);
  const dropped = t.alarm.dropped(
    incident.sessionIds.length,
    incident.totalSessions,
    view.calendar.time(incident.startedAt),
    age(view.now - incident.startedAt),
  );
  const title: Line = [...sign(true), span(t.alarm.incident(Math.floor(incident.id)), 'bad+')];
  const words = view.columns >= 140 ? `${cause}: ${dropped}` : dropped;
  const waits = incident.nextTryAt !== null && incident.nextTryAt > view.now;
  const next = waits ? t.alarm.retry(age((incident.nextTryAt ?? 0) - view.now)) : '';
  const keys = wide
    ? keysLine(
        [
          { key: 'x', label: t.alarm.details },
          { key: 'y', label: t.alarm.copy },
        ],
        view,
        '   ',
      )
    : keysLine([{ key: 'x', label: t.alarm.details }], view);
  const copy = wide ? [] : keysLine([{ key: 'y', label: t.alarm.copyShort }], view);
  const checks: Line = [span('  '), ...chain(incident, view, wide, lastColumn(view) - 7 - lineWidth(copy))];
  // When it is tried again stands with the sessions, too: it goes first.
  const room = lastColumn(view) - 5 - lineWidth(checks);
  const all = [conclusion, next].filter((text) => text !== '').join(', ');
  const beside = room - lineWidth(copy) - 4;
  const short = textWidth(next) <= beside ? next : '';
  const more = wide ? (textWidth(all) <= room ? all : wholeSentences(conclusion, room)) : short;
  const second: Line = [...checks, span(`    ${more}`)];
  return [bar(view, 'bad', [...title, span(`  ${words}`)], keys), bar(view, 'bad', second, copy)];
};

/** Sooner it would only flicker. */
const shownAfterMs = 1000;

/** Long work of the master, the longest first: one row, and how many more there are. */
const jobLines = (view: View): readonly Line[] => {
  const jobs = view.snapshot.jobs.filter(({ startedAt }) => view.now - startedAt >= shownAfterMs);
  const [first] = jobs;
  if (first === undefined) return [];

  const more = jobs.length > 1 ? [span(view.t.moreBanners(jobs.length - 1), 'muted')] : [];
  const bad = first.problem !== null;
  const text = cut(jobWords(first, view.language), lastColumn(view) - 3 - lineWidth(more));
  return [
    bar(
      view,
      bad ? 'warn' : 'muted',
      [...(bad ? sign(false) : [span(`${glyph.starting} `, 'move')]), span(text)],
      more,
    ),
  ];
};

const warningLines = (view: View): readonly Line[] => {
  const incident = activeIncident(view);
  const banners = [...view.snapshot.banners].sort((a, b) =>
    a.level === b.level ? a.since - b.since : a.level === 'bad' ? -1 : 1,
  );
  const shown: Shown[] = [
    ...lostBanner(view),
    ...banners.map((banner) => ({
      bad: banner.level === 'bad',
      text: `${whose(view, banner)}${ownTexts(view, banner)}`,
    })),
  ];
  const [worst] = shown;
  return [
    ...(incident === null ? [] : incidentLines(view, incident)),
    ...(worst === undefined ? [] : [oneLine(view, worst, shown.length - 1)]),
  ];
};

const oneLine = (view: View, { bad, text }: Shown, more: number): Line => {
  const tail = more > 0 ? view.t.moreBanners(more) : '';
  const room = lastColumn(view) - 3 - (tail === '' ? 0 : textWidth(tail) + 2);
  return bar(
    view,
    bad ? 'bad' : 'warn',
    [...sign(bad), span(wholeSentences(text, room))],
    tail === '' ? [] : [span(tail, 'muted')],
  );
};

/** The rows above the table; empty when all is well and nothing long is being done. */
export const bannerLines = (view: View): readonly Line[] => [...warningLines(view), ...jobLines(view)];

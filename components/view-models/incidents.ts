import type { Incident } from '../../src/protocol/fleet.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { boxed } from '../paint/box.ts';
import { bothEnds } from '../paint/ends.ts';
import { age, countdown } from '../paint/format.ts';
import { glyph } from '../paint/glyphs.ts';
import { keyLine, withNumbers } from '../paint/key-line.ts';
import {
  cut,
  cutLine,
  emptyLine,
  type Line,
  lineWidth,
  onGround,
  padEnd,
  span,
  textLine,
  wrapText,
} from '../paint/line.ts';
import { titledRule } from '../paint/overlaid.ts';
import { belowList } from './incident-month.ts';
import { incidentWords } from './told.ts';
import type { View } from './view.ts';

/** Many sessions failing at once, as one thing: what was found out, whose fault it is, what to tell the clients. */

const lasted = ({ startedAt, endedAt }: Incident, view: View): string => age((endedAt ?? view.now) - startedAt);

/** Two lines each: what it was and how long, when and how many. */
export const incidentRow = (incident: Incident, view: View, inner: number, isCursor: boolean): readonly Line[] => {
  const { t, now, calendar } = view;
  const running = incident.endedAt === null;
  const when = running
    ? t.incident.now
    : `${calendar.weekday(incident.startedAt).split(' ')[0]} ${calendar.when(incident.startedAt, now)}`;
  const upper = bothEnds(
    [
      span(isCursor ? glyph.cursor : ' ', 'accent+'),
      span(` ${running ? glyph.needsYou : glyph.answers} `, running ? 'bad' : 'ok'),
      span(padEnd(String(Math.floor(incident.id)), 4), 'bold'),
      span(incidentWords(incident, view).cause, isCursor ? 'bold' : 'plain'),
    ],
    [span(`${lasted(incident, view)} `, running ? 'bad+' : 'muted')],
    inner,
  );
  const lower: Line = cutLine(
    [
      span(isCursor ? glyph.cursor : ' ', 'accent+'),
      span(' '.repeat(7)),
      span(padEnd(when, 12), 'muted'),
      span(
        inner < 36
          ? `${incident.sessionIds.length}/${incident.totalSessions}`
          : t.incident.ofBots(incident.sessionIds.length, incident.totalSessions),
        'muted',
      ),
    ],
    inner,
  );
  return [upper, lower].map((line) => (isCursor ? onGround(line, 'cursor', inner) : line));
};

/** The incidents in a box, the cursor's always among them; below them, as rows allow, the month and single bots in trouble. */
export const incidentsBox = (
  view: View,
  incidents: readonly Incident[],
  {
    cursor,
    top,
    width,
    rows,
    empty,
  }: {
    readonly cursor: number;
    readonly top: number;
    readonly width: number;
    readonly rows: number;
    readonly empty: string;
  },
): readonly Line[] => {
  const inner = width - 4;
  const shown = incidents.slice(top, top + incidentsIn(rows));
  const list = shown.flatMap((incident, index) => incidentRow(incident, view, inner, top + index === cursor));
  const room = rows - 2 - list.length;
  return boxed({
    title: [span(view.t.incident.list, 'bold')],
    width,
    rows,
    content: [
      ...(incidents.length === 0 ? wrapText(empty, inner).map((text) => textLine(text, 'muted')) : list),
      ...belowList(view, incidents, inner, room),
    ],
  });
};

export const incidentsIn = (rows: number): number => Math.max(1, Math.floor((rows - 2) / 2));

const namesOf = (incident: Incident, view: View): readonly string[] =>
  incident.gone != null
    ? incident.gone.sessions.map(({ name }) => plainText(name))
    : incident.sessionIds.map((id) => {
        const row = view.snapshot.sessions.find((each) => each.id === id);
        return row === undefined ? plainText(id) : plainText(row.label) || row.name;
      });

/** As many names as `rows` lines hold, and how many there are more. */
const namesIn = (names: readonly string[], view: View, width: number, rows: number): readonly string[] => {
  for (let shown = names.length; shown > 0; shown -= 1) {
    const listed = names.slice(0, shown).join(', ');
    const rest = names.length - shown;
    const lines = wrapText(rest === 0 ? listed : `${listed} ${view.t.incident.andMore(rest)}`, width);
    if (lines.length <= rows) return lines;
  }
  return [];
};

/** What was asked, one after the other: where it broke stands last. */
const chain = (incident: Incident, view: View, inner: number): readonly Line[] => {
  const names = view.t.incident.checkShort;
  const signs = { ok: [glyph.done, 'ok'], fails: [glyph.gaveUp, 'bad'], unknown: ['?', 'muted'] } as const;
  const boxes = incident.checks.map(({ name, result }) => {
    const [sign, tone] = signs[result];
    return { name: names[name], sign, tone };
  });
  if (boxes.length === 0) return [];
  const widths = boxes.reduce((sum, { name }) => sum + name.length + 6, 0) + (boxes.length - 1) * 3;
  if (widths <= inner) {
    const part = (row: 0 | 1 | 2): Line =>
      boxes.flatMap(({ name, sign, tone }, index): Line => {
        const edge = '─'.repeat(name.length + 4);
        const arrow = index === 0 ? [] : [span(row === 1 ? ` ${glyph.arrow} ` : '   ', 'muted')];
        if (row !== 1) return [...arrow, span(row === 0 ? `╭${edge}╮` : `╰${edge}╯`, tone)];
        return [
          ...arrow,
          span('│ ', tone),
          span(`${sign} `, `${tone}+`),
          span(name, tone === 'bad' ? 'bold' : 'plain'),
          span(' │', tone),
        ];
      });
    return [part(0), part(1), part(2)];
  }
  // Where it broke is what must be read: what went well before it gives way.
  const inline = (shown: typeof boxes): Line =>
    shown.flatMap(({ name, sign, tone }, index) => [
      ...(index === 0 ? [] : [span(` ${glyph.arrow} `, 'muted')]),
      span(`${sign} `, `${tone}+`),
      span(name, tone === 'bad' ? 'bold' : 'plain'),
    ]);
  const fitting = boxes.findIndex((_, from) => lineWidth(inline(boxes.slice(from))) <= inner);
  return [cutLine(inline(boxes.slice(Math.max(0, fitting))), inner)];
};

/** What it is, and how many it met; of a server that is gone the conclusion names them. */
const headOf = (incident: Incident, view: View): string => {
  const { cause } = incidentWords(incident, view);
  if (incident.gone != null) return cause;
  return `${cause}: ${view.t.incident.dropped(incident.sessionIds.length, incident.totalSessions)}`;
};

/** A capital first, a full stop last. */
const asSentence = (text: string): string =>
  text === '' ? '' : `${text.charAt(0).toLocaleUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

/** One incident in full, from what was seen to what clients are told. */
export const incidentBox = (view: View, incident: Incident, width: number, rows: number): readonly Line[] => {
  const { t, now, calendar } = view;
  const inner = width - 4;
  const running = incident.endedAt === null;
  const wrapped = (text: string, tone: 'plain' | 'muted' | 'bold' = 'plain') =>
    wrapText(plainText(text), inner).map((part) => textLine(part, tone));
  const { conclusion } = incidentWords(incident, view);
  const retry = incident.nextTryAt !== null && incident.nextTryAt > now ? countdown(incident.nextTryAt - now) : null;
  const checks = chain(incident, view, inner);
  const sign = running ? glyph.recovers : glyph.done;
  const listed = namesIn(namesOf(incident, view), view, inner - 2, 3);
  const content: readonly Line[] = [
    ...wrapped(`${headOf(incident, view)}.`, 'bold'),
    ...(checks.length === 0 ? [] : [emptyLine, ...checks]),
    emptyLine,
    ...wrapped(asSentence(conclusion)),
    ...(running && retry !== null
      ? wrapText(`${t.incident.paused}; ${t.incident.retry(retry)}.`, inner).map((text) =>
          withNumbers(text, 'muted', 'bold'),
        )
      : []),
    emptyLine,
    ...listed.map(
      (text, index): Line => [
        span(index === 0 ? `${sign} ` : '  ', running ? 'move' : 'ok'),
        span(cut(text, inner - 2)),
      ],
    ),
    emptyLine,
    titledRule([span(t.incident.forClients, 'bold')], inner, keyLine([['y', t.foot.copy.short]])),
    ...wrapped(incident.clientText, 'muted'),
  ];
  const room = rows - 2;
  let excess = content.length - room;
  const fitting = content.filter((line) => {
    if (excess <= 0 || line.length > 0) return true;
    excess -= 1;
    return false;
  });
  return boxed({
    title: [
      span(`${running ? glyph.needsYou : glyph.answers} `, running ? 'bad' : 'ok'),
      span(t.incident.title(Math.floor(incident.id)), running ? 'bad+' : 'bold'),
      span(
        `  ${running ? t.dialog.forAge(lasted(incident, view)) : t.incident.lasted(lasted(incident, view))}`,
        'muted',
      ),
    ],
    right: [span(calendar.when(incident.startedAt, now), 'muted')],
    tone: running ? 'bad' : 'faint',
    width,
    rows,
    content: fitting,
  });
};

/** The same as text, for a dialog. */
export const incidentDetails = (incident: Incident, view: View): readonly Line[] => {
  const { t, now } = view;
  const width = view.columns - 3;
  const wrapped = (text: string) => wrapText(plainText(text), width).map((part) => textLine(part));
  return [
    ...wrapped(headOf(incident, view)),
    ...wrapped(
      incident.checks.map(({ name, result }) => `${t.incident.check[name]} ${t.incident.result[result]}`).join('   '),
    ),
    ...wrapped(`${t.incident.conclusion}: ${incidentWords(incident, view).conclusion}`),
    ...(incident.nextTryAt !== null && incident.nextTryAt > now
      ? wrapped(t.incident.retry(countdown(incident.nextTryAt - now)))
      : []),
    ...wrapped(`${t.incident.sessions}: ${namesOf(incident, view).join(', ')}`),
    emptyLine,
    textLine(`-- ${t.incident.forClients} --`),
    ...wrapped(incident.clientText),
  ];
};

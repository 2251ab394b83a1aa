import type { Incident } from '../../src/protocol/fleet.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { age, countdown } from '../paint/format.ts';
import { emptyLine, type Line, layout, place, textLine, toned, wrapText } from '../paint/line.ts';
import { incidentWords } from './told.ts';
import type { View } from './view.ts';

/** Many sessions failing at once, as one thing: what was found out, whose fault it is, what to tell the clients. */

export const incidentRow = (incident: Incident, view: View, cursor: boolean): Line => {
  const { t, now, calendar } = view;
  const lasted = age((incident.endedAt ?? now) - incident.startedAt);
  const line = layout(
    [
      place(0, cursor ? '>' : ''),
      place(2, incident.endedAt === null ? '!' : '.'),
      place(4, String(incident.id)),
      place(9, calendar.when(incident.startedAt, now)),
      {
        column: 17,
        text: incident.endedAt === null ? `${t.incident.running} ${lasted}` : t.incident.lasted(lasted),
        width: 15,
      },
      place(34, `${incident.sessionIds.length}/${incident.totalSessions}  ${incidentWords(incident, view).cause}`),
    ],
    view.columns - 1,
  );
  return cursor ? toned(line, 'bold') : line;
};

export const incidentDetails = (incident: Incident, view: View): readonly Line[] => {
  const { t, now } = view;
  const width = view.columns - 3;
  const wrapped = (text: string) => wrapText(plainText(text), width).map((part) => textLine(` ${part}`));
  const names = incident.sessionIds.map(
    (id) => view.snapshot.sessions.find((row) => row.id === id)?.name ?? plainText(id),
  );
  return [
    textLine(`-- ${t.incident.title(incident.id)} --`),
    ...wrapped(
      `${incidentWords(incident, view).cause}: ${t.incident.dropped(incident.sessionIds.length, incident.totalSessions)}`,
    ),
    ...wrapped(
      incident.checks.map(({ name, result }) => `${t.incident.check[name]} ${t.incident.result[result]}`).join('   '),
    ),
    ...wrapped(`${t.incident.conclusion}: ${incidentWords(incident, view).conclusion}`),
    ...(incident.nextTryAt !== null && incident.nextTryAt > now
      ? wrapped(t.incident.retry(countdown(incident.nextTryAt - now)))
      : []),
    ...wrapped(`${t.incident.sessions}: ${names.join(', ')}`),
    emptyLine,
    textLine(` ${t.incident.clientText}`),
    ...wrapped(incident.clientText),
  ];
};

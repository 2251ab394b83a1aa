import { plainText } from '../../../../src/session/plain-text.ts';
import type { FleetEvent } from '../../../../src/session/records.ts';
import { boxed } from '../../../paint/box.ts';
import { type Line, layout, place, span, textLine } from '../../../paint/line.ts';
import { eventLook } from '../../event-look.ts';
import type { BoxSize } from '../../session/overview-data.ts';
import { eventText } from '../../told.ts';
import type { View } from '../../view.ts';
import { labelOf } from '../row-state.ts';

/** What happened in the fleet, newest first. */

const who = ({ sessionName }: FleetEvent, view: View): string => {
  if (sessionName === null) return view.t.chart.fleet;
  const row = view.snapshot.sessions.find(({ name }) => name === sessionName);
  return row === undefined ? plainText(sessionName) : labelOf(row);
};

const eventLine = (event: FleetEvent, view: View, width: number): Line => {
  const [sign, tone] = eventLook(event);
  const nameWidth = width >= 56 ? 22 : 16;
  return layout(
    [
      place(0, view.calendar.when(event.at, view.now), 'muted'),
      place(7, sign, tone),
      { column: 9, text: who(event, view), width: nameWidth },
      place(10 + nameWidth, eventText(event, view), 'muted'),
    ],
    width,
  );
};

export const happenedBox = (view: View, { width, rows }: BoxSize): readonly Line[] => {
  const { chart } = view.t;
  const { events } = view.snapshot;
  return boxed({
    title: [span(chart.happened, 'bold')],
    width,
    rows,
    content:
      events.length === 0
        ? [textLine(chart.nothingHappened, 'muted')]
        : events.slice(0, rows - 2).map((event) => eventLine(event, view, width - 4)),
  });
};

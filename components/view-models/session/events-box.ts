import type { FleetEvent } from '../../../src/session/records.ts';
import { boxed } from '../../paint/box.ts';
import { type Line, layout, place, span, textLine } from '../../paint/line.ts';
import { eventLook } from '../event-look.ts';
import { eventText } from '../told.ts';
import type { View } from '../view.ts';
import { type BoxSize, type OverviewData, told } from './overview-data.ts';

/** What happened to a session, newest first. */

export const eventLine = (event: FleetEvent, view: View, width: number): Line => {
  const when = view.calendar.when(event.at, view.now);
  const [sign, tone] = eventLook(event);
  return layout([place(0, when, 'muted'), place(7, sign, tone), place(9, eventText(event, view))], width);
};

export const eventsBox = (data: OverviewData, view: View, { width, rows }: BoxSize): readonly Line[] => {
  const { overview } = view.t;
  const inner = width - 4;
  return boxed({
    title: [span(overview.happened, 'bold')],
    right: [span('4 ', 'accent+'), span(overview.all, 'muted')],
    width,
    rows,
    content: told(data.events, view, inner, ({ events }) =>
      events.length === 0
        ? [textLine(overview.nothingHappened, 'muted')]
        : [...events]
            .sort((a, b) => b.at - a.at || b.id - a.id)
            .slice(0, rows - 2)
            .map((event) => eventLine(event, view, inner)),
    ),
  });
};

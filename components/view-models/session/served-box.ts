import type { SessionRow } from '../../../src/protocol/fleet.ts';
import { decimals } from '../../../src/words/figures.ts';
import { boxed } from '../../paint/box.ts';
import { strip } from '../../paint/charts/strip.ts';
import { firstFitting } from '../../paint/ends.ts';
import { age } from '../../paint/format.ts';
import { emptyLine, type Line, layout, lineWidth, place, placeLine, span, textLine } from '../../paint/line.ts';
import { eventText } from '../told.ts';
import type { View } from '../view.ts';
import { type BoxSize, type OverviewData, told } from './overview-data.ts';

/** How customers were served in the last 24 hours, an hour a cell. */

const countOf = (hours: string, letter: string): number => [...hours].filter((each) => each === letter).length;

const chart = (hours: string, view: View, width: number): readonly Line[] => {
  const { overview } = view.t;
  const isWide = width >= 24 + 4 + 12;
  const drawn = strip(hours);
  const [first, middle, last] = overview.ago;
  const axis = [place(0, first ?? '', 'muted'), place(10, middle ?? '', 'muted'), place(21, last ?? '', 'muted')];
  const legend = (glyph: string, tone: 'calm' | 'warn' | 'bad', word: string) => [
    place(27, glyph, tone),
    place(29, word, 'muted'),
  ];
  const isBad = hours.includes('n');
  const fits = width >= 36;
  return [
    layout([...placeLine(0, drawn), ...(fits ? legend('▂', 'calm', overview.inTime) : [])], width),
    layout(
      [
        ...axis,
        ...(fits
          ? isBad
            ? legend('▇', 'bad', isWide ? overview.notAnswered : overview.notAnswered.slice(0, width - 29))
            : legend('▅', 'warn', overview.late)
          : []),
      ],
      width,
    ),
  ];
};

const counts = (hours: string, row: SessionRow, view: View): Line => {
  const { overview } = view.t;
  const late = countOf(hours, 'l');
  const not = countOf(hours, 'n');
  return [
    span(`${overview.late} `, 'muted'),
    span(overview.hours(late), late > 0 ? 'warn+' : 'bold'),
    span(`   ${overview.silentToday} `, 'muted'),
    span(String(row.silent.today), row.silent.today > 0 || not > 0 ? 'bad+' : 'bold'),
  ];
};

/** The newest thing that went wrong, of what the events still hold. */
export const lastTrouble = ({ events }: OverviewData, view: View, width: number): readonly Line[] =>
  told(events, view, width, ({ events: all }) => {
    const { overview } = view.t;
    const found = [...all].sort((a, b) => b.at - a.at).find(({ level }) => level !== 'info');
    if (found === undefined) return [textLine(overview.noTrouble, 'muted')];
    return [
      [
        span(`${overview.lastTrouble} `, 'muted'),
        span(age(view.now - found.at), 'bold'),
        span(`  ${eventText(found, view)}`, 'muted'),
      ],
    ];
  });

const connected = (data: OverviewData, view: View, width: number): readonly Line[] =>
  told(data.connected, view, width, ({ share, hours }) => {
    if (share === null) return [];
    const { overview } = view.t;
    const days = Math.max(1, Math.round(hours.filter((hour) => hour !== null).length / 24));
    const shown = share >= 0.9999 ? '100' : decimals(Math.floor(share * 10_000) / 100, 2, view.language);
    return [
      [span(`${overview.connected} `, 'muted'), span(`${shown}%`, 'bold'), span(` ${overview.ofDays(days)}`, 'muted')],
    ];
  });

/** Minutes until the hour is over, which is when the first letter of a strip stands. */
const untilNextHour = (view: View): number => 3_600_000 - (view.now % 3_600_000);

export const servedBox = (
  row: SessionRow,
  data: OverviewData,
  view: View,
  { width, rows }: BoxSize,
): readonly Line[] => {
  const { overview } = view.t;
  const inner = width - 4;
  const hours = row.served ?? null;
  const wrote = hours === null ? 0 : countOf(hours, 'i') + countOf(hours, 'l') + countOf(hours, 'n');
  const [part, words] = overview.hoursInTime(hours === null ? 0 : countOf(hours, 'i'), wrote);
  const isWell = hours === null || !hours.includes('n');
  const title: Line = [span(overview.served, 'bold'), span(overview.hours24, 'muted')];
  const count = span(part ?? '', isWell ? 'ok+' : 'bad+');
  const right: Line =
    wrote === 0
      ? emptyLine
      : firstFitting([[count, span(` ${words ?? ''}`, 'muted')], [count]], width - 9 - lineWidth(title));
  const more = [...connected(data, view, inner), ...lastTrouble(data, view, inner)];
  const body =
    hours === null
      ? [textLine(overview.measuring(age(untilNextHour(view))), 'muted')]
      : [...chart(hours, view, inner), ...(rows >= 9 ? [emptyLine] : []), counts(hours, row, view)];
  return boxed({ title, right, width, rows, content: [...(rows >= 6 ? [emptyLine] : []), ...body, ...more] });
};

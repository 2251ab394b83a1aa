import type { TimingConfig } from '../../../src/session/session-config.ts';
import { calendar } from '../../paint/format.ts';
import { glyph } from '../../paint/glyphs.ts';
import { type Line, layout, place, placeLine, span, textLine } from '../../paint/line.ts';
import type { View } from '../view.ts';

/** Opening hours as a week of bars, Monday first. */

const dayMinutes = 24 * 60;
const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Minutes of each weekday in which it is open, 0 Monday to 6 Sunday; hours past midnight end on the next day. */
export const openSpans = (hours: TimingConfig['openingHours']): readonly (readonly Span[])[] => {
  const week: Span[][] = Array.from({ length: 7 }, () => []);
  for (const { days, from, to } of hours ?? [{ days: [0, 1, 2, 3, 4, 5, 6], from: '00:00', to: '24:00' }])
    for (const day of days) {
      const at = (day + 6) % 7;
      const [start, end] = [minutesOf(from), minutesOf(to)];
      if (end > start) week[at]?.push({ from: start, to: end });
      else {
        week[at]?.push({ from: start, to: dayMinutes });
        if (end > 0) week[(at + 1) % 7]?.push({ from: 0, to: end });
      }
    }
  return week.map((spans) => spans.sort((a, b) => a.from - b.from));
};

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

const bar = (spans: readonly Span[], width: number): Line => {
  const cells = Array.from({ length: width }, (_, cell) => {
    const middle = ((cell + 0.5) / width) * dayMinutes;
    return spans.some(({ from, to }) => middle >= from && middle < to);
  });
  const line: { text: string; tone: 'ok' | 'faint' }[] = [];
  for (const isOpen of cells) {
    const tone = isOpen ? 'ok' : 'faint';
    const sign = isOpen ? glyph.heavy : glyph.light;
    const last = line.at(-1);
    if (last?.tone === tone) last.text += sign;
    else line.push({ text: sign, tone });
  }
  return line;
};

/** Nine lines: now, seven days, the hours. */
export const weekLines = (timing: TimingConfig, view: View, width: number): readonly Line[] => {
  const { settingWords: words } = view.t;
  const at = 6;
  const cells = width >= 80 ? 48 : 24;
  const now = minutesOf(calendar(view.language, timing.timeZone).time(view.now));
  const nowAt = at + Math.min(cells - 1, Math.floor((now / dayMinutes) * cells));
  const days = openSpans(timing.openingHours).map((spans, day) => {
    const said =
      spans.length === 0 ? words.closed : spans.map(({ from, to }) => words.to(clock(from), clock(to))).join(', ');
    return layout(
      [
        place(0, words.days[day] ?? '', 'muted'),
        ...placeLine(at, bar(spans, cells)),
        place(
          at + cells + 2,
          timing.openingHours === null ? words.alwaysOpen : said,
          spans.length === 0 ? 'muted' : 'plain',
        ),
      ],
      width,
    );
  });
  const axis = layout(
    [0, 6, 12, 18].map((hour) => place(at + (hour / 24) * cells, `${hour}h`, 'muted')),
    width,
  );
  return [
    layout([place(nowAt, glyph.nowMark, 'accent+'), place(nowAt + 2, words.now, 'accent')], width),
    ...days,
    axis,
  ];
};

/** From question to answer by what is set; the AI's own time is not ours to say. */
export const doesLines = (
  timing: TimingConfig,
  view: View,
  width: number,
  told: (ms: number) => string,
): readonly Line[] => {
  const { settingWords: words } = view.t;
  const letters = 120;
  const typing = timing.typing ? Math.min(timing.maxTypingMs, (letters / timing.charactersPerSecond) * 1000) : 0;
  const total = timing.quietMs + timing.readingDelayMs + typing;
  const scale = Math.max(1, total);
  const room = Math.max(9, Math.min(48, width - 46));
  const cells = (ms: number): number => (ms <= 0 ? 0 : Math.max(1, Math.round((ms / scale) * room)));
  const part = (ms: number, tone: 'in' | 'muted' | 'ok', word: string): Line =>
    ms <= 0 ? [] : [span(glyph.heavy.repeat(cells(ms)), tone), span(` ${word}  `, 'muted')];
  const rounded = (ms: number): string => told(Math.round(ms / 1000) * 1000);
  const [before = '', value = '', after = ''] = words.doesSentence(rounded(total));
  return [
    [
      span(`${words.asks} `, 'in'),
      ...part(timing.quietMs, 'in', words.quiet(told(timing.quietMs))),
      ...part(timing.readingDelayMs, 'muted', words.reads(told(timing.readingDelayMs))),
      ...part(typing, 'ok', words.types(rounded(typing))),
    ],
    [span(`${before} `, 'muted'), span(value, 'bold'), span(` ${after}`, 'muted')],
    textLine(''),
  ];
};

import type { Lesson, LessonKind } from '../../src/session/lesson.ts';
import { plainLines } from '../../src/session/plain-text.ts';
import type { RehearsedAnswer } from '../../src/session/rehearsal.ts';
import { maskedIn } from '../../src/words/mask-words.ts';
import { boxed } from '../paint/box.ts';
import { joined } from '../paint/ends.ts';
import { glyph } from '../paint/glyphs.ts';
import { emptyLine, type Line, layout, place, placeLine, span, textLine, textWidth, wrapText } from '../paint/line.ts';
import type { Tone } from '../paint/tone.ts';
import { bubble } from './chats/bubbles.ts';
import { noHeading } from './dialogs/info-box.ts';
import type { View } from './view.ts';

/** What people did otherwise than the bot: question, bot and person below each other, newest first. */

const signs: Readonly<Record<LessonKind, readonly [string, Tone]>> = {
  takeover: [glyph.wantsYou, 'accent'],
  edited: [glyph.recovers, 'move'],
  dropped: [glyph.gaveUp, 'warn'],
};

const widest = 66;
/** Less is no lesson any more: a border above and below, and a line of each. */
const leastRows = 5;

const labels = ({ t: { lessons } }: View): readonly string[] => [
  lessons.customer,
  lessons.bot,
  lessons.botWould,
  lessons.person,
  lessons.now,
];

/** A label, and a bubble beside it; without a text what that means. */
const saidRows = (
  said: { readonly label: string; readonly text: string | null; readonly side: 'customer' | 'bot' | 'owner' },
  otherwise: string,
  view: View,
  width: number,
): readonly Line[] => {
  const at = Math.max(...labels(view).map(textWidth)) + 2;
  const most = Math.max(8, Math.min(widest, width - at));
  const lines =
    said.text === null
      ? // As far in as a bubble's words.
        [textLine(` ${otherwise}`, 'muted')]
      : bubble(maskedIn(said.text, view.language), said.side, view, most);
  return lines.map((line, index) =>
    layout([place(0, index === 0 ? said.label : '', 'muted'), ...placeLine(at, line)], width),
  );
};

/** When not all of it fits, each of them keeps its first lines. */
const shared = (parts: readonly (readonly Line[])[], rows: number): readonly Line[] => {
  let left = rows;
  return parts.flatMap((part, index) => {
    const rest = parts.slice(index + 1).reduce((sum, other) => sum + Math.min(other.length, 1), 0);
    const shown = part.slice(0, Math.max(1, left - rest));
    left -= shown.length;
    return shown;
  });
};

/** What the bot would say now, where that was asked. */
const nowRows = (now: RehearsedAnswer | undefined, view: View, width: number): readonly (readonly Line[])[] => {
  if (now === undefined) return [];
  const { lessons, rehearsal } = view.t;
  const text = now.kind === 'words' ? now.text : null;
  const otherwise = now.kind === 'person' ? rehearsal.asksForPerson(now.text) : rehearsal.noAnswer(now.text);
  return [saidRows({ label: lessons.now, text, side: 'bot' }, otherwise, view, width)];
};

const partsOf = (
  lesson: Lesson,
  view: View,
  width: number,
  now: RehearsedAnswer | undefined,
): readonly (readonly Line[])[] => {
  const { lessons } = view.t;
  const isSaid = lesson.botSent || lesson.bot === null;
  const bot = { label: isSaid ? lessons.bot : lessons.botWould, text: lesson.bot, side: 'bot' } as const;
  return [
    saidRows({ label: lessons.customer, text: lesson.question, side: 'customer' }, '', view, width),
    saidRows(bot, lessons.silent, view, width),
    saidRows({ label: lessons.person, text: lesson.owner, side: 'owner' }, lessons.nothing, view, width),
    ...nowRows(now, view, width),
  ];
};

/** All of it in words, however long: for a window of its own. */
export const lessonWords = (lesson: Lesson, view: View, now?: RehearsedAnswer): readonly string[] => {
  const { lessons, rehearsal } = view.t;
  const said = (label: string, text: string | null, otherwise: string): readonly string[] => [
    `-- ${label} --`,
    ...plainLines(text === null ? otherwise : maskedIn(text, view.language)).map(noHeading),
    '',
  ];
  const isSaid = lesson.botSent || lesson.bot === null;
  return [
    ...said(lessons.customer, lesson.question, ''),
    ...said(isSaid ? lessons.bot : lessons.botWould, lesson.bot, lessons.silent),
    ...said(lessons.person, lesson.owner, lessons.nothing),
    ...(now === undefined
      ? []
      : said(
          lessons.now,
          now.kind === 'words' ? now.text : null,
          now.kind === 'person' ? rehearsal.asksForPerson(now.text) : rehearsal.noAnswer(now.text),
        )),
    lessons.masked,
  ];
};

const lessonBox = (
  lesson: Lesson,
  view: View,
  at: {
    readonly nth: string;
    readonly isCursor: boolean;
    readonly most: number;
    readonly now: RehearsedAnswer | undefined;
  },
): readonly Line[] => {
  const { lessons } = view.t;
  const width = view.columns - 1;
  const parts = partsOf(lesson, view, width - 4, at.now);
  const content = shared(parts, at.most - 2);
  const hidden = parts.reduce((sum, part) => sum + part.length, 0) - content.length;
  const [sign, tone] = signs[lesson.kind];
  const version = lesson.instructionsVersion;
  const title = joined(
    [
      [span(`${sign} `, tone), span(lessons.kind[lesson.kind], 'bold')],
      version === null || view.columns < 60 ? emptyLine : textLine(lessons.version(version), 'muted'),
    ],
    2,
  );
  const when = view.calendar.when(lesson.at, view.now);
  const more: Line =
    hidden === 0
      ? emptyLine
      : [
          ...(at.isCursor ? [span('enter ', 'accent+')] : []),
          span(`${view.columns < 60 ? `+${hidden}` : lessons.moreRows(hidden)}   `, 'muted'),
        ];
  const right: Line = [...more, span(view.columns < 60 ? when : `${when}   ${at.nth}`, 'muted')];
  const lines = boxed({
    title,
    right,
    width,
    rows: content.length + 2,
    tone: at.isCursor ? 'accent' : 'faint',
    content,
  });
  if (!at.isCursor) return lines;
  return lines.map((line, row) =>
    row === 0 || row === lines.length - 1 ? line : [span(glyph.cursor, 'accent+'), span(' '), ...line.slice(1)],
  );
};

export interface LessonsShown {
  readonly cursor: number;
  readonly rows: number;
  /** Not all are read yet. */
  readonly more: boolean;
  /** What the bot would say now, by the lesson's id; left out: nobody asked. */
  readonly now?: ReadonlyMap<string, RehearsedAnswer>;
}

/** From the lesson under the cursor on, as many as fit. */
export const lessonsBody = (
  lessons: readonly Lesson[],
  view: View,
  { cursor, rows, more, now }: LessonsShown,
): readonly Line[] => {
  const of = `${lessons.length}${more ? '+' : ''}`;
  const body: Line[] = [];
  for (const [index, lesson] of lessons.entries()) {
    if (index < cursor) continue;
    const most = rows - body.length;
    if (most < leastRows) break;
    const nth = view.t.lessons.nthOf(index + 1, of);
    body.push(...lessonBox(lesson, view, { nth, isCursor: index === cursor, most, now: now?.get(lesson.id) }));
  }
  const room = rows - body.length;
  return room >= 2 ? [...body, emptyLine, textLine(` ${view.t.lessons.masked}`, 'muted')] : body;
};

export const noLessons = (view: View): readonly Line[] =>
  view.t.lessons.none.flatMap((text) =>
    wrapText(text, Math.max(8, view.columns - 3)).map((line) => textLine(` ${line}`, 'muted')),
  );

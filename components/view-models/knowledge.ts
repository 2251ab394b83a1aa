import type { KnowledgeGap, MeaningState, UsedFile } from '../../src/session/knowledge.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { thousands } from '../../src/words/figures.ts';
import { boxed } from '../paint/box.ts';
import { age, bytesShort } from '../paint/format.ts';
import { glyph } from '../paint/glyphs.ts';
import {
  cut,
  cutLine,
  emptyLine,
  type Line,
  onGround,
  padEnd,
  padStart,
  span,
  textLine,
  wrapText,
} from '../paint/line.ts';
import { titledRule } from '../paint/overlaid.ts';
import type { Tone } from '../paint/tone.ts';
import { toolTexts } from '../texts/tool-texts.ts';
import type { View } from './view.ts';

/** What a session knows from files, and below it what customers asked that no file answers. */

export interface Known {
  readonly files: readonly UsedFile[];
  readonly gaps: readonly KnowledgeGap[];
  /** How far the files are found by meaning, too; null: by words alone. */
  readonly meaning: MeaningState | null;
}

export type KnowledgePane = 'files' | 'gaps';

type Cells = Readonly<Record<'name' | 'version' | 'passages' | 'size' | 'used' | 'added', string>>;
const widths = { version: 9, passages: 10, size: 9, used: 9, added: 8 } as const;
/** Narrower windows have no columns for version and use, and then none for when it was added. */
const allFrom = 66;
const addedFrom = 48;
/** Narrower borders say nothing of meaning. */
const meantFrom = 66;

const cells = (values: Cells, inner: number, tones: { readonly name: Tone; readonly rest: Tone }): Line => {
  const isWide = inner >= allFrom;
  const hasAdded = inner >= addedFrom;
  const fixed =
    widths.passages + widths.size + (hasAdded ? widths.added : 0) + (isWide ? widths.version + widths.used : 0);
  const name = Math.max(8, Math.min(48, inner - 2 - fixed));
  const figure = (key: keyof typeof widths): Line => [span(padStart(values[key], widths[key]), tones.rest)];
  return [
    span(padEnd(cut(values.name, name - 1), name), tones.name),
    ...(isWide ? figure('version') : []),
    ...figure('passages'),
    ...figure('size'),
    ...(isWide ? figure('used') : []),
    ...(hasAdded ? figure('added') : []),
  ];
};

const fileLine = (file: UsedFile, view: View, inner: number, isCursor: boolean): Line => {
  const line: Line = [
    span(isCursor ? glyph.cursor : ' ', 'accent+'),
    span(' '),
    ...cells(
      {
        name: plainText(file.name),
        version: String(file.version),
        passages: thousands(file.passages, view.language),
        size: bytesShort(Math.max(1024, file.bytes), view.language),
        used: file.used === 0 ? glyph.nothing : thousands(file.used, view.language),
        added: age(view.now - file.addedAt),
      },
      inner,
      { name: isCursor ? 'bold' : 'plain', rest: 'plain' },
    ),
  ];
  return isCursor ? onGround(line, 'cursor', inner) : line;
};

const gapLines = (gap: KnowledgeGap, view: View, width: number, isCursor: boolean): readonly Line[] => {
  const { customers } = toolTexts(view.language).knowledge;
  const who = padEnd(customers(gap.customers), 15);
  const when = padEnd(age(view.now - gap.at), 6);
  const question = cut(plainText(gap.question.replace(/\s+/g, ' ')), Math.max(8, width - 23));
  const line: Line = [
    span(isCursor ? glyph.cursor : ' ', 'accent+'),
    span(` ${who}`, gap.customers > 1 ? 'warn' : 'plain'),
    span(when, 'muted'),
    span(question, isCursor ? 'bold' : 'plain'),
  ];
  return [isCursor ? onGround(line, 'cursor', width) : line];
};

export interface KnowledgeHeights {
  readonly files: number;
  readonly gaps: number;
}

/** Borders and head of the files' box, and the rule with an empty row above what was asked. */
const around = 5;

/** Rows of files and of gaps in a body of `height`: what has less gives the rest to the other. */
export const knowledgeHeights = (known: Known, height: number): KnowledgeHeights => {
  const room = Math.max(2, height - around);
  const files = Math.max(1, Math.min(known.files.length, Math.max(Math.ceil(room / 2), room - known.gaps.length)));
  return { files, gaps: Math.max(1, room - files) };
};

/** In the border of the files: how many passages are found by meaning, too. */
const meantBorder = (view: View, { model, done, total }: MeaningState): Line => [
  span(
    toolTexts(view.language).knowledge.meant(
      thousands(done, view.language),
      thousands(total, view.language),
      plainText(model),
    ),
    'muted',
  ),
];

/** Between files and gaps: why no more are, or nothing. */
const meantLine = (view: View, meaning: MeaningState | null, width: number): Line =>
  meaning === null || meaning.problem === null
    ? emptyLine
    : textLine(` ${cut(toolTexts(view.language).knowledge.notMeant(plainText(meaning.problem)), width - 2)}`, 'warn');

const askedBy = (gaps: readonly KnowledgeGap[]): number => gaps.reduce((sum, { customers }) => sum + customers, 0);

export const knowledgeBody = (
  view: View,
  known: Known,
  at: {
    readonly pane: KnowledgePane;
    readonly cursor: number;
    readonly top: number;
    readonly heights: KnowledgeHeights;
  },
): readonly Line[] => {
  const { knowledge } = toolTexts(view.language);
  const { files, gaps, meaning } = known;
  const { pane, cursor, heights } = at;
  const width = view.columns - 1;
  const inner = width - 4;
  const fileTop = pane === 'files' ? at.top : 0;
  const gapTop = pane === 'gaps' ? at.top : 0;
  const box = boxed({
    title: [span(knowledge.files(files.length), pane === 'files' ? 'bold' : 'muted')],
    ...(meaning === null || inner < meantFrom ? {} : { right: meantBorder(view, meaning) }),
    width,
    rows: heights.files + 3,
    content: [
      [span('  '), ...cells(knowledge.head, inner, { name: 'muted', rest: 'muted' })],
      ...files
        .slice(fileTop, fileTop + heights.files)
        .map((file, index) => fileLine(file, view, inner, pane === 'files' && fileTop + index === cursor)),
    ],
  });
  const title = gaps.length === 0 ? knowledge.gaps(0) : knowledge.asked(askedBy(gaps));
  const asked =
    gaps.length === 0
      ? wrapText(knowledge.nothingAsked, width - 2).map((text) => textLine(` ${text}`, 'muted'))
      : gaps
          .slice(gapTop, gapTop + heights.gaps)
          .flatMap((gap, index) => gapLines(gap, view, width, pane === 'gaps' && gapTop + index === cursor));
  return [
    ...box,
    meantLine(view, meaning, width),
    cutLine(titledRule([span(title, pane === 'gaps' ? 'bold' : 'muted')], width), width),
    ...asked,
  ];
};

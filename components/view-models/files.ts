import { plainText } from '../../src/session/plain-text.ts';
import type { SendFileLine } from '../../src/session/send-file.ts';
import { thousands } from '../../src/words/figures.ts';
import { boxed } from '../paint/box.ts';
import { age, bytesShort } from '../paint/format.ts';
import { glyph } from '../paint/glyphs.ts';
import { cut, emptyLine, type Line, onGround, padEnd, padStart, span, textLine, wrapText } from '../paint/line.ts';
import type { Tone } from '../paint/tone.ts';
import { fileTexts } from '../texts/file-texts.ts';
import type { View } from './view.ts';

/** Files that a session's bot may send, each a row, and what there is to know of the one under the cursor. */

type Cells = Readonly<Record<'name' | 'file' | 'kind' | 'size' | 'sent' | 'added', string>>;
const widths = { kind: 15, size: 9, sent: 10, added: 8 } as const;
/** Narrower windows have no column for the file's own name, then none for its kind, then none for its age. */
const fileFrom = 78;
const kindFrom = 56;
const addedFrom = 46;

const cells = (values: Cells, inner: number, tones: { readonly name: Tone; readonly rest: Tone }): Line => {
  const hasKind = inner >= kindFrom;
  const hasFile = inner >= fileFrom;
  const hasAdded = inner >= addedFrom;
  const room = inner - 3 - widths.size - widths.sent - (hasAdded ? widths.added : 0) - (hasKind ? widths.kind : 0);
  const name = Math.max(8, Math.min(24, room));
  const file = Math.min(40, room - name);
  const figure = (key: 'size' | 'sent' | 'added'): Line => [span(padStart(values[key], widths[key]), tones.rest)];
  return [
    span(padEnd(cut(values.name, name - 1), name), tones.name),
    ...(hasFile ? [span(padEnd(cut(values.file, file - 1), file), tones.rest)] : []),
    ...(hasKind ? [span(padEnd(cut(values.kind, widths.kind - 1), widths.kind), tones.rest)] : []),
    ...figure('size'),
    ...figure('sent'),
    ...(hasAdded ? figure('added') : []),
  ];
};

const kindOf = ({ kind, isVoice }: SendFileLine, view: View): string =>
  fileTexts(view.language).kind[isVoice ? 'voice' : kind];

const fileRow = (file: SendFileLine, view: View, inner: number, isCursor: boolean): Line => {
  const words = fileTexts(view.language);
  const line: Line = [
    span(isCursor ? glyph.cursor : ' ', 'accent+'),
    span(file.isThere ? '  ' : `${glyph.needsYou} `, 'bad'),
    ...cells(
      {
        name: file.name,
        file: plainText(file.fileName),
        kind: file.isThere ? kindOf(file, view) : words.gone,
        size: bytesShort(file.bytes, view.language),
        sent: file.sent === 0 ? glyph.nothing : thousands(file.sent, view.language),
        added: age(view.now - file.addedAt),
      },
      inner,
      { name: isCursor ? 'bold' : 'plain', rest: file.isThere ? 'plain' : 'bad' },
    ),
  ];
  return isCursor ? onGround(line, 'cursor', inner) : line;
};

const aboutLines = (file: SendFileLine, view: View, width: number): readonly Line[] => {
  const words = fileTexts(view.language);
  const facts = [plainText(file.fileName), kindOf(file, view), words.version(file.version)].join(` ${glyph.dot} `);
  return [
    textLine(` ${cut(facts, width - 1)}`, 'muted'),
    ...(file.isThere ? [] : wrapText(words.goneWhat, width - 2).map((text) => textLine(` ${text}`, 'bad'))),
    ...wrapText(plainText(file.description), width - 2).map((text) => textLine(` ${text}`)),
  ];
};

/** Borders and head of the box, an empty row, and what there is to know of one. */
const around = 8;

export const fileRows = (files: number, height: number): number =>
  Math.max(1, Math.min(Math.max(1, files), height - around));

export const filesBody = (
  view: View,
  files: readonly SendFileLine[],
  at: { readonly cursor: number; readonly top: number; readonly rows: number },
): readonly Line[] => {
  const words = fileTexts(view.language);
  const width = view.columns - 1;
  const inner = width - 4;
  const { cursor, top, rows } = at;
  const chosen = files[cursor];
  return [
    ...boxed({
      title: [span(words.files(files.length), 'bold')],
      width,
      rows: rows + 3,
      content: [
        [span('   '), ...cells(words.head, inner, { name: 'muted', rest: 'muted' })],
        ...files.slice(top, top + rows).map((file, index) => fileRow(file, view, inner, top + index === cursor)),
      ],
    }),
    emptyLine,
    ...(chosen === undefined ? [] : aboutLines(chosen, view, width)),
  ];
};

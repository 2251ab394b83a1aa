import { type HelpSection, helpSections } from '../keys/help-rows.ts';
import type { KeyScreen } from '../keys/keymap.ts';
import { emptyLine, type Line, layout, type Placed, place, rightOf, textLine } from '../paint/line.ts';
import { lastColumn, type View } from './view.ts';

/** The help screen, made from the registered actions: what exists as a key is listed, and nothing else. */

interface HelpLine {
  readonly text: string;
  readonly bold: boolean;
}

type Sections = Readonly<Record<HelpSection, readonly HelpLine[]>>;

/** Each section: its title, then its keys. */
const sectionsOf = (view: View, screens: readonly KeyScreen[], all: boolean): Sections => {
  const rows = view.keys.help(all ? 'all' : screens);
  const texts: Readonly<Record<string, string>> = view.t.help.action;
  const linesOf = (section: HelpSection): readonly HelpLine[] => [
    { text: view.t.help.section[section], bold: true },
    ...rows
      .filter((row) => row.section === section)
      .map(({ keys, action }) => ({ text: `${keys}  ${texts[action] ?? ''}`, bold: false })),
  ];

  return {
    move: linesOf('move'),
    look: linesOf('look'),
    act: linesOf('act'),
    stops: linesOf('stops'),
    forever: linesOf('forever'),
  };
};

const cell = (line: HelpLine | undefined, column: number, width?: number): Placed => ({
  column,
  text: line?.text ?? '',
  tone: line?.bold === true ? 'bold' : 'plain',
  ...(width === undefined ? {} : { width }),
});

/** Three columns: moves; what looks, above what stops a bot; what acts, above what cannot be undone. */
const threeColumns = ({ move, look, act, stops, forever }: Sections, width: number): readonly Line[] => {
  const under = Math.max(look.length, act.length) + 1;
  const height = Math.max(move.length, under + Math.max(stops.length, forever.length));
  const stacked = (upper: readonly HelpLine[], lower: readonly HelpLine[], row: number) =>
    row < upper.length ? upper[row] : row >= under ? lower[row - under] : undefined;

  return Array.from({ length: height }, (_, row) =>
    layout(
      [cell(move[row], 1, 25), cell(stacked(look, stops, row), 27, 26), cell(stacked(act, forever, row), 54)],
      width,
    ),
  );
};

const oneColumn = (sections: Sections): readonly Line[] =>
  helpSections.flatMap((section) => [
    ...sections[section].map(({ text, bold }) => textLine(` ${text}`, bold ? 'bold' : 'plain')),
    emptyLine,
  ]);

/** All lines of the help, which may be more than the window has rows. */
export const helpLines = (view: View, screens: readonly KeyScreen[], all: boolean): readonly Line[] => {
  const { help } = view.t;
  const width = view.columns - 1;
  const sections = sectionsOf(view, screens, all);
  const title = all ? help.all : help.title(help.screen[screens[0] ?? 'fleet']);

  return [
    layout([place(1, title), rightOf(all ? help.hintsAll : help.hints, lastColumn(view))], width),
    emptyLine,
    ...(view.columns >= 79 ? threeColumns(sections, width) : oneColumn(sections)),
    emptyLine,
    textLine(` ${help.rule}`),
    textLine(` ${help.targets}`),
    emptyLine,
    ...help.legend.map((text) => textLine(` ${text}`)),
    emptyLine,
    textLine(` ${help.commands}`),
  ];
};

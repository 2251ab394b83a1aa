import { bindings, bindingsOn, type HelpSection, type KeyScreen } from '../keys/keymap.ts';
import { emptyLine, type Line, layout, place, rightOf, textLine } from '../paint/line.ts';
import { lastColumn, type View } from './view.ts';

/** The help screen, made from the keymap: what exists as a key is listed, and nothing else. */

interface Entry {
  readonly keys: string;
  readonly text: string;
}

const entriesOf = (
  view: View,
  screens: readonly KeyScreen[],
  all: boolean,
): ReadonlyMap<HelpSection, readonly Entry[]> => {
  const sections = new Map<HelpSection, Entry[]>();
  const seen = new Set<string>();
  for (const { action, help } of all ? bindings : bindingsOn(screens)) {
    if (help === undefined || (help.onlyInAll === true && !all)) continue;
    const texts = view.t.help.action as Readonly<Record<string, string>>;
    const text = texts[action];
    if (text === undefined || seen.has(action)) continue;
    seen.add(action);
    const list = sections.get(help.section);
    const entry = { keys: help.keys, text };
    if (list === undefined) sections.set(help.section, [entry]);
    else list.push(entry);
  }
  return sections;
};

const column = (
  title: string,
  entries: readonly Entry[],
): readonly { readonly text: string; readonly bold: boolean }[] => [
  { text: title, bold: true },
  ...entries.map(({ keys, text }) => ({ text: `${keys}  ${text}`, bold: false })),
];

/** All lines of the help, which may be more than the window has rows. */
export const helpLines = (view: View, screens: readonly KeyScreen[], all: boolean): readonly Line[] => {
  const { help } = view.t;
  const width = view.columns - 1;
  const sections = entriesOf(view, screens, all);
  const of = (section: HelpSection) => sections.get(section) ?? [];
  const screen = screens[0] ?? 'fleet';
  const title = all ? help.all : help.title(help.screen[screen]);
  const lines: Line[] = [
    layout([place(1, title), rightOf(all ? help.hintsAll : help.hints, lastColumn(view))], width),
    emptyLine,
  ];
  const move = column(help.section.move, of('move'));
  const look = column(help.section.look, of('look'));
  const act = column(help.section.act, of('act'));
  const stops = column(help.section.stops, of('stops'));
  const forever = column(help.section.forever, of('forever'));
  if (view.columns >= 79) {
    const second = 27;
    const third = 54;
    const under = Math.max(look.length, act.length) + 1;
    const height = Math.max(move.length, under + Math.max(stops.length, forever.length));
    for (let row = 0; row < height; row += 1) {
      const a = move[row];
      const b = row < look.length ? look[row] : row >= under ? stops[row - under] : undefined;
      const c = row < act.length ? act[row] : row >= under ? forever[row - under] : undefined;
      lines.push(
        layout(
          [
            { column: 1, text: a?.text ?? '', tone: a?.bold === true ? 'bold' : 'plain', width: 25 },
            { column: second, text: b?.text ?? '', tone: b?.bold === true ? 'bold' : 'plain', width: 26 },
            { column: third, text: c?.text ?? '', tone: c?.bold === true ? 'bold' : 'plain' },
          ],
          width,
        ),
      );
    }
  } else {
    for (const part of [move, look, act, stops, forever]) {
      for (const { text, bold } of part) lines.push(textLine(` ${text}`, bold ? 'bold' : 'plain'));
      lines.push(emptyLine);
    }
  }
  lines.push(
    emptyLine,
    textLine(` ${help.rule}`),
    textLine(` ${help.targets}`),
    emptyLine,
    ...help.legend.map((text) => textLine(` ${text}`)),
    emptyLine,
    textLine(` ${help.commands}`),
  );
  return lines;
};

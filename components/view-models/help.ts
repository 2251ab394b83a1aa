import { type HelpSection, helpSections } from '../keys/help-rows.ts';
import type { KeyScreen } from '../keys/keymap.ts';
import { sideBySide } from '../paint/box.ts';
import { strip } from '../paint/charts/strip.ts';
import { bothEnds, fitting } from '../paint/ends.ts';
import { glyph } from '../paint/glyphs.ts';
import { keyLine, withNumbers } from '../paint/key-line.ts';
import { cut, cutLine, emptyLine, type Line, padEnd, span, textLine, textWidth, wrapText } from '../paint/line.ts';
import { widestOf } from '../paint/overlaid.ts';
import type { Role, Tone } from '../paint/tone.ts';
import { fleetTone, wordmark } from './screen-head.ts';
import type { View } from './view.ts';

/** The help screen, made from the registered actions: what exists as a key is listed, and nothing else. */

interface HelpEntry {
  readonly keys: string;
  readonly text: string;
}

interface OwnKeys {
  readonly title: string;
  readonly rows: ReturnType<View['keys']['help']>;
}

type Sections = Readonly<Record<HelpSection | 'say', readonly HelpEntry[]>>;

/** In the order of how grave it is; words that are typed come last. */
const tones: Readonly<Record<keyof Sections, Role>> = {
  move: 'accent',
  look: 'ok',
  act: 'in',
  stops: 'warn',
  forever: 'bad',
  say: 'move',
};

/** Commands of the `:` line that change how the screen looks. */
const shownCommands = ['theme', 'glyphs', 'lang'];

/** In a wide window the texts of a section begin there. */
const leastKeys = 12;

/** Keys that work on one screen alone, or on some that have the same ones; everybody's are the fleet's and a session's. */
const ownKeys = (view: View): readonly OwnKeys[] => {
  const shared = new Set(view.keys.help(['fleet', 'session']).map(({ action }) => action));
  const found = new Map<string, OwnKeys>();
  for (const screen of Object.keys(view.t.help.screen) as KeyScreen[]) {
    const rows = view.keys.help([screen]).filter(({ action }) => !shared.has(action));
    if (rows.length === 0) continue;

    const same = rows.map(({ action }) => action).join(' ');
    const title = view.t.help.screen[screen];
    const before = found.get(same);
    found.set(same, { title: before === undefined ? title : `${before.title}, ${title}`, rows });
  }
  return [...found.values()];
};

const sectionsOf = (view: View, screens: readonly KeyScreen[], all: boolean): Sections => {
  const { help } = view.t;
  const texts: Readonly<Record<string, string>> = help.action;
  // Elsewhere it opens what is under the cursor.
  const opensBots = !all && screens.includes('fleet');
  const wordsOf = (action: string): string => (action === 'open' && opensBots ? help.openBot : (texts[action] ?? ''));
  const ofOneScreen = new Set(all ? ownKeys(view).flatMap(({ rows }) => rows.map(({ action }) => action)) : []);
  const rows = view.keys.help(all ? 'all' : screens).filter(({ action }) => !ofOneScreen.has(action));
  const entries = (section: HelpSection): readonly HelpEntry[] =>
    rows
      .filter((row) => row.section === section && row.action !== 'command')
      .map(({ keys, action }) => ({ keys, text: wordsOf(action) }));

  const commands = view.keys.choices(shownCommands);
  const say: readonly HelpEntry[] = [
    { keys: ':', text: view.columns >= 110 ? help.anyCommand : (texts['command'] ?? '') },
    ...(view.columns >= 100
      ? commands.flatMap(({ name, choices }) =>
          wrapText(choices.join(' '), Math.floor((view.columns - 4) / 3) - leastKeys - 2).map((text, index) => ({
            keys: index === 0 ? `:${name}` : ' ',
            text,
          })),
        )
      : [{ keys: '', text: commands.map(({ name }) => `:${name}`).join(' ') }]),
  ];

  return {
    move: entries('move'),
    look: entries('look'),
    act: entries('act'),
    stops: entries('stops'),
    forever: entries('forever'),
    say,
  };
};

/** A title in the section's colour, a rule, its keys. */
const block = (
  view: View,
  section: keyof Sections,
  entries: readonly HelpEntry[],
  width: number,
  keyWidth: number,
): readonly Line[] => {
  const { title, note } = view.t.help.section[section];
  const tone = tones[section];
  const keyEntry = (keys: string, text: string): Line => [
    span(keys, `${tone}+`),
    span(cut(text, Math.max(1, width - textWidth(keys) - 2))),
  ];
  const noted = note !== '' && textWidth(title) + 2 + textWidth(note) < width;
  return [
    [span(title, `${tone}+`), ...(noted ? [span(`  ${note}`, 'muted')] : [])],
    textLine(glyph.heavy.repeat(Math.max(1, width - 2)), tone),
    ...entries.map(
      ({ keys, text }): Line =>
        keys === ''
          ? [span(cut(text, width - 1), `${tone}+`)]
          : keyEntry(padEnd(keys, Math.max(keyWidth, textWidth(keys) + 1)), text),
    ),
  ];
};

/** A single name of keys that is longer than the others does not move all of them. */
const longestKeys = 10;

const keyWidthOf = (entries: readonly (readonly HelpEntry[])[], least: number): number =>
  Math.max(
    least,
    ...entries.flat().flatMap(({ keys }) => (textWidth(keys) > longestKeys ? [] : [textWidth(keys) + 1])),
  );

/** Blocks one below the other, a blank row between; each begins at the row given, if there is one. */
const stacked = (blocks: readonly (readonly Line[])[]): readonly Line[] =>
  blocks.flatMap((lines, index) => (index === 0 ? lines : [emptyLine, ...lines]));

/** Three columns: moves; what looks, above what stops a bot; what acts, above what cannot be undone and what is typed. */
const narrowColumns = (view: View, sections: Sections): readonly Line[] => {
  const columns: readonly (readonly [number, readonly (keyof Sections)[]])[] = [
    [25, ['move']],
    [26, ['look', 'stops']],
    [view.columns - 1 - 55, ['act', 'forever', 'say']],
  ];
  return sideBySide(
    [
      { width: 2, lines: [] },
      ...columns.map(([width, names]) => {
        const keyWidth =
          keyWidthOf(
            names.map((name) => sections[name]),
            2,
          ) + 1;
        return { width, lines: stacked(names.map((name) => block(view, name, sections[name], width, keyWidth))) };
      }),
    ],
    0,
  ).map((line) => line);
};

/** Two rows of three sections, each row as high as its longest. */
const wideColumns = (view: View, sections: Sections): readonly Line[] => {
  const width = Math.floor((view.columns - 4) / 3);
  const rowOf = (names: readonly (keyof Sections)[]): readonly Line[] => {
    const keyWidth = keyWidthOf(
      names.map((name) => sections[name]),
      leastKeys,
    );
    return sideBySide(
      [
        { width: 2, lines: [] },
        ...names.map((name) => ({ width, lines: block(view, name, sections[name], width, keyWidth) })),
      ],
      0,
    );
  };
  return [...rowOf(['move', 'look', 'act']), emptyLine, ...rowOf(['stops', 'forever', 'say'])];
};

const oneColumn = (view: View, sections: Sections): readonly Line[] => {
  const names: readonly (keyof Sections)[] = [...helpSections, 'say'];
  const keyWidth =
    keyWidthOf(
      names.map((name) => sections[name]),
      8,
    ) + 1;
  return names.flatMap((name) => [
    ...block(view, name, sections[name], view.columns - 3, keyWidth).map((line): Line => [span('  '), ...line]),
    emptyLine,
  ]);
};

const ruled = (view: View, title: string): Line => [
  span(glyph.light.repeat(2), 'faint'),
  span(` ${title} `, 'bold'),
  span(glyph.light.repeat(Math.max(0, view.columns - 5 - textWidth(title))), 'faint'),
];

/** A screen's name, and below it its keys, each in the colour of what it does. */
const ownLines = (view: View, { title, rows }: OwnKeys, width: number): readonly Line[] => {
  const texts: Readonly<Record<string, string>> = view.t.help.action;
  const keyWidth = Math.max(6, ...rows.map(({ keys }) => textWidth(keys) + 2));
  return [
    ...wrapText(title, width - 2).map((line) => textLine(line, 'bold')),
    ...rows.map(
      ({ keys, action, section }): Line => [
        span(padEnd(keys, keyWidth), `${tones[section]}+`),
        span(cut(texts[action] ?? '', Math.max(1, width - 2 - keyWidth))),
      ],
    ),
  ];
};

/** Blocks in columns of about the same height, one after the other. */
const inColumns = (blocks: readonly (readonly Line[])[], count: number): readonly (readonly Line[])[] => {
  const all = stacked(blocks).length;
  const columns: (readonly Line[])[][] = [[]];
  for (const block of blocks) {
    const filled = stacked(columns.flat()).length;
    if (columns.length < count && filled >= (all * columns.length) / count) columns.push([]);
    columns.at(-1)?.push(block);
  }
  return columns.map(stacked);
};

/** Under a rule that says so: what works on one screen alone. */
const ownSections = (view: View): readonly Line[] => {
  const count = view.columns >= 79 ? 3 : 1;
  const width = Math.floor((view.columns - 4) / count);
  const blocks = ownKeys(view).map((own) => ownLines(view, own, width));
  const columns = inColumns(blocks, count).map((lines) => ({ width, lines }));
  return [ruled(view, view.t.help.oneScreen), ...sideBySide([{ width: 2, lines: [] }, ...columns], 0), emptyLine];
};

const signs: readonly (readonly [keyof View['t']['help']['signs'], string, Tone])[] = [
  ['answers', glyph.answers, 'ok'],
  ['starting', glyph.starting, 'move'],
  ['recovers', glyph.recovers, 'move'],
  ['needsYou', glyph.needsYou, 'bad'],
  ['wantsYou', glyph.wantsYou, 'warn'],
  ['gaveUp', glyph.gaveUp, 'bad'],
  ['off', glyph.off, 'muted'],
  ['watches', glyph.watches, 'ok'],
];

const capitals = (view: View, long: boolean): Line => {
  const { help } = view.t;
  return [span(help.capitals.word, 'warn+'), span(` ${long ? help.capitals.long : help.capitals.short}`, 'muted')];
};
const waits = (view: View, long: boolean): Line => {
  const { help } = view.t;
  return [span('~9 27m', 'bad+'), ...withNumbers(` ${long ? help.waits.long : help.waits.short}`, 'muted', 'muted')];
};

/** All of a strip on one line. */
const stripLine = ({ t }: View): Line => [...strip('iiiliiiiniii....'), span(`  ${t.help.strip}`, 'muted')];

const shortSigns = (view: View): readonly Line[] => {
  const { help } = view.t;
  const inRow = fitting(
    signs
      .slice(0, 7)
      .map(([name, sign, tone]): Line => [span(sign, tone), span(` ${help.signs[name].short}`, 'muted')]),
    view.columns - 3,
  );
  const lines: readonly Line[] = [
    inRow,
    [...capitals(view, false), span('   '), ...waits(view, false)],
    stripLine(view),
    textLine(help.targets, 'muted'),
  ];
  return lines.map((line) => cutLine([span('  '), ...line], view.columns - 1));
};

const longSigns = (view: View): readonly Line[] => {
  const { help } = view.t;
  const sign = (at: number): Line => {
    const found = signs[at];
    if (found === undefined) return emptyLine;
    const [name, shape, tone] = found;
    return [span(shape, tone), span(`  ${help.signs[name].long}`, 'muted')];
  };
  const strips = ['iiiiiiii', 'iiiliiii', 'iiiiniii', '....----'];
  const columns = [26, 36, view.columns - 3 - 62] as const;
  const hasStrips = columns[2] >= 10 + widestOf(help.strips);
  const table = sideBySide(
    [
      { width: 2, lines: [] },
      { width: columns[0], lines: [0, 1, 2, 6].map(sign) },
      { width: columns[1], lines: [3, 4, 5, 7].map(sign) },
      {
        width: columns[2],
        lines: hasStrips
          ? help.strips.map((text, index) => [...strip(strips[index] ?? ''), span(`  ${text}`, 'muted')])
          : [],
      },
    ],
    0,
  );
  const { line } = help;
  return [
    ruled(view, help.signsTitle),
    ...table,
    ...(hasStrips ? [] : [[span('  '), ...stripLine(view)]]),
    emptyLine,
    [span('  '), ...capitals(view, true)],
    [span('  '), ...waits(view, hasStrips)],
    [
      span(`  ${line.name}`, 'bold'),
      span(` ${line.what} `, 'muted'),
      span(glyph.heavy.repeat(2), 'bad'),
      span(` ${help.signs.needsYou.short} `, 'muted'),
      span(glyph.heavy.repeat(2), 'move'),
      span(` ${help.signs.recovers.short} `, 'muted'),
      span(glyph.light.repeat(2), 'ok'),
      span(` ${help.signs.answers.short} `, 'muted'),
      span(glyph.dashed.repeat(2), 'faint'),
      span(` ${help.signs.off.short}`, 'muted'),
    ],
    emptyLine,
    textLine(`  ${help.targetsLong}`, 'muted'),
  ].map((shown) => cutLine(shown, view.columns - 1));
};

/** All lines of the help, which may be more than the window has rows. */
export const helpLines = (view: View, screens: readonly KeyScreen[], all: boolean): readonly Line[] => {
  const { help } = view.t;
  const width = view.columns - 1;
  const sections = sectionsOf(view, screens, all);
  const title = all ? help.all : help.title(help.screen[screens[0] ?? 'fleet']);
  const crumbs: Line = [span(' '), ...wordmark(fleetTone(view)), span(` ${glyph.path} `, 'faint'), span(title, 'bold')];
  const hints = keyLine(all ? help.hintsAll : help.hints, 3);
  const wide = view.columns >= 100;

  return [
    bothEnds(
      view.columns < 60 ? [span(` ${title}`, 'bold')] : crumbs,
      view.columns < 60 ? keyLine((all ? help.hintsAll : help.hints).slice(-1)) : hints,
      width,
    ),
    textLine(glyph.light.repeat(width), 'faint'),
    ...(wide
      ? [emptyLine, ...wideColumns(view, sections)]
      : view.columns >= 79
        ? narrowColumns(view, sections)
        : oneColumn(view, sections)),
    ...(all ? [...(wide ? [emptyLine] : []), ...ownSections(view)] : []),
    ...(wide ? [emptyLine, ...longSigns(view)] : shortSigns(view)),
  ];
};

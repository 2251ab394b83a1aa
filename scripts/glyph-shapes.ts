/**
 * The signs of the screens as shapes, so that a picture needs no font that has them and columns meet without a gap: blocks, braille, boxes
 * and marks. A shape is a path in a cell of `width` x `height` at `x`, `y`: filled, or drawn as a line of some width.
 */

export interface Cellbox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Shape {
  readonly path: string;
  /** Of the line; null: filled. */
  readonly stroke: number | null;
  readonly opacity?: number;
}

const n = (value: number): string => String(Math.round(value * 100) / 100);

/** Parts of the cell: left, top, width and height as shares of it. */
const rect = ({ x, y, width, height }: Cellbox, left: number, top: number, wide: number, high: number): string =>
  `M${n(x + left * width)} ${n(y + top * height)}h${n(wide * width)}v${n(high * height)}h${n(-wide * width)}z`;

const filled = (path: string, opacity?: number): Shape =>
  opacity === undefined ? { path, stroke: null } : { path, stroke: null, opacity };

const circle = (cx: number, cy: number, r: number): string =>
  `M${n(cx - r)} ${n(cy)}a${n(r)} ${n(r)} 0 1 0 ${n(2 * r)} 0a${n(r)} ${n(r)} 0 1 0 ${n(-2 * r)} 0z`;

const brailleDots: readonly (readonly [column: number, row: number])[] = [
  [0, 0],
  [0, 1],
  [0, 2],
  [1, 0],
  [1, 1],
  [1, 2],
  [0, 3],
  [1, 3],
];

const braille = (box: Cellbox, dots: number): Shape => {
  const { x, y, width, height } = box;
  const path = brailleDots
    .map(([column, row], bit) =>
      ((dots >> bit) & 1) === 1
        ? circle(x + width * (0.27 + 0.46 * column), y + (height * (row + 0.5)) / 4, width * 0.17)
        : '',
    )
    .join('');
  return filled(path);
};

const block = (box: Cellbox, code: number): Shape | null => {
  if (code === 0x2580) return filled(rect(box, 0, 0, 1, 0.5));
  if (code >= 0x2581 && code <= 0x2588) {
    const share = (code - 0x2580) / 8;
    return filled(rect(box, 0, 1 - share, 1, share));
  }
  if (code >= 0x2589 && code <= 0x258f) return filled(rect(box, 0, 0, (0x2590 - code) / 8, 1));
  if (code === 0x2590) return filled(rect(box, 0.5, 0, 0.5, 1));
  if (code >= 0x2591 && code <= 0x2593) return filled(rect(box, 0, 0, 1, 1), [0.25, 0.5, 0.75][code - 0x2591]);
  return null;
};

const thin = 1.1;
const heavy = 2.8;

/** Lines through the middle of the cell, by the sides that they reach: left, right, up, down. */
const arms: Readonly<Record<string, readonly [sides: string, width: number]>> = {
  '─': ['lr', thin],
  '│': ['ud', thin],
  '┌': ['rd', thin],
  '┐': ['ld', thin],
  '└': ['ru', thin],
  '┘': ['lu', thin],
  '├': ['rud', thin],
  '┤': ['lud', thin],
  '┬': ['lrd', thin],
  '┴': ['lru', thin],
  '┼': ['lrud', thin],
  '━': ['lr', heavy],
  '┃': ['ud', heavy],
  '╸': ['l', heavy],
};
/** Where a rounded corner begins and ends. */
const corners: Readonly<Record<string, readonly [across: 'l' | 'r', along: 'u' | 'd']>> = {
  '╭': ['r', 'd'],
  '╮': ['l', 'd'],
  '╰': ['r', 'u'],
  '╯': ['l', 'u'],
};

const boxLine = ({ x, y, width, height }: Cellbox, char: string): Shape | null => {
  const mx = x + width / 2;
  const my = y + height / 2;
  const ends: Readonly<Record<string, string>> = {
    l: `${n(x)} ${n(my)}`,
    r: `${n(x + width)} ${n(my)}`,
    u: `${n(mx)} ${n(y)}`,
    d: `${n(mx)} ${n(y + height)}`,
  };
  const corner = corners[char];
  if (corner !== undefined) {
    const [across, along] = corner;
    return { path: `M${ends[across] ?? ''}Q${n(mx)} ${n(my)} ${ends[along] ?? ''}`, stroke: thin };
  }
  const found = arms[char];
  if (found !== undefined) {
    const [sides, stroke] = found;
    return { path: [...sides].map((side) => `M${n(mx)} ${n(my)}L${ends[side] ?? ''}`).join(''), stroke };
  }
  const parts = [0.12, 0.62];
  if (char === '╌')
    return { path: parts.map((at) => `M${n(x + at * width)} ${n(my)}h${n(width * 0.28)}`).join(''), stroke: thin };
  if (char === '┊')
    return { path: parts.map((at) => `M${n(mx)} ${n(y + at * height)}v${n(height * 0.2)}`).join(''), stroke: thin };
  return null;
};

const mark = ({ x, y, width, height }: Cellbox, char: string): Shape | null => {
  const mx = x + width / 2;
  const my = y + height * 0.53;
  const r = width * 0.42;
  const at = (dx: number, dy: number): string => `${n(mx + dx * r)} ${n(my + dy * r)}`;
  switch (char) {
    case '●':
      return filled(circle(mx, my, r * 0.95));
    case '○':
      return { path: circle(mx, my, r * 0.85), stroke: thin };
    case '◎':
      return { path: circle(mx, my, r * 0.9) + circle(mx, my, r * 0.35), stroke: thin };
    case '◐':
      return filled(`${circle(mx, my, r)}M${at(0, -0.75)}A${n(r * 0.75)} ${n(r * 0.75)} 0 0 1 ${at(0, 0.75)}z`);
    case '▲':
      return filled(`M${at(0, -1.15)}L${at(1.1, 0.85)}L${at(-1.1, 0.85)}z`);
    case '◆':
    case '♦':
      return filled(`M${at(0, -1.3)}L${at(1.05, 0)}L${at(0, 1.3)}L${at(-1.05, 0)}z`);
    case '■':
      return filled(`M${at(-0.9, -0.9)}L${at(0.9, -0.9)}L${at(0.9, 0.9)}L${at(-0.9, 0.9)}z`);
    case '▤': {
      const frame = `M${at(-0.9, -0.9)}L${at(0.9, -0.9)}L${at(0.9, 0.9)}L${at(-0.9, 0.9)}z`;
      return { path: [-0.3, 0.3].reduce((path, dy) => `${path}M${at(-0.9, dy)}L${at(0.9, dy)}`, frame), stroke: thin };
    }
    case '▾':
      return filled(`M${at(-0.9, -0.4)}L${at(0.9, -0.4)}L${at(0, 0.8)}z`);
    case '▸':
      return filled(`M${at(-0.5, -0.9)}L${at(0.8, 0)}L${at(-0.5, 0.9)}z`);
    case '✓':
      return { path: `M${at(-1, 0.1)}L${at(-0.3, 0.9)}L${at(1, -1)}`, stroke: 1.5 };
    case '✕':
      return { path: `M${at(-0.9, -0.9)}L${at(0.9, 0.9)}M${at(0.9, -0.9)}L${at(-0.9, 0.9)}`, stroke: 1.5 };
    case '↻':
      return {
        path: `M${at(0.95, -0.1)}A${n(r)} ${n(r)} 0 1 1 ${at(0.45, -0.85)}M${at(0.45, -1.5)}V${n(my - 0.75 * r)}H${n(mx - 0.2 * r)}`,
        stroke: 1.2,
      };
    case '↵':
      return {
        path: `M${at(1, -1)}V${n(my + 0.5 * r)}H${n(mx - r)}M${at(-0.4, -0.1)}L${at(-1, 0.5)}L${at(-0.4, 1.1)}`,
        stroke: 1.2,
      };
    default:
      return null;
  }
};

/** Null: a letter, which a font draws. */
export const shapeOf = (char: string, box: Cellbox): Shape | null => {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x2190) return null;
  if (code >= 0x2800 && code <= 0x28ff) return braille(box, code - 0x2800);
  return block(box, code) ?? boxLine(box, char) ?? mark(box, char);
};

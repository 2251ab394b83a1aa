import { plainText } from '../../src/session/plain-text.ts';
import { hostOf, type ToolLine } from '../../src/session/tool.ts';
import { decimals } from '../../src/words/figures.ts';
import { boxed } from '../paint/box.ts';
import { age } from '../paint/format.ts';
import { glyph } from '../paint/glyphs.ts';
import { cut, emptyLine, type Line, onGround, padEnd, padStart, span, textLine, wrapText } from '../paint/line.ts';
import type { Tone } from '../paint/tone.ts';
import { toolTexts } from '../texts/tool-texts.ts';
import type { View } from './view.ts';

/** The tools of a session, each a row, and what there is to know of the one under the cursor. A secret is in none of it. */

const signOf = (tool: ToolLine): readonly [sign: string, tone: Tone] => {
  if (!tool.hasSecret) return [glyph.needsYou, 'bad'];
  const state = tool.last?.state;
  if (state === 'unknown') return [glyph.needsYou, 'bad'];
  return state === 'failed' ? [glyph.answers, 'warn'] : [glyph.answers, 'ok'];
};

const kindOf = (tool: ToolLine, view: View): string => {
  const { kind } = toolTexts(view.language).tools;
  if (tool.onlyReads) return kind.reads;
  if (tool.isIdempotent) return kind.again;
  return tool.lookupUrl === null ? kind.once : kind.looked;
};

interface Cells {
  readonly name: string;
  readonly kind: string;
  readonly calls: string;
  readonly failed: string;
  readonly last: string;
  readonly leads: string;
}

const widths = { kind: 14, calls: 7, failed: 8, last: 8 } as const;
/** Narrower windows have no column for what kind it is, and none for where it leads. */
const kindFrom = 60;
const leadsFrom = 78;

const cells = (
  values: Cells,
  inner: number,
  tones: { readonly name: Tone; readonly rest: Tone; readonly bad: Tone },
): Line => {
  const hasKind = inner >= kindFrom;
  const room = inner - 3 - widths.calls - widths.failed - widths.last - (hasKind ? widths.kind : 0);
  const name = Math.max(8, Math.min(24, room));
  return [
    span(padEnd(cut(values.name, name - 1), name), tones.name),
    ...(hasKind ? [span(padEnd(cut(values.kind, widths.kind - 1), widths.kind), tones.rest)] : []),
    span(padStart(values.calls, widths.calls), tones.rest),
    span(padStart(values.failed, widths.failed), tones.bad),
    span(padStart(values.last, widths.last), tones.rest),
    ...(inner >= leadsFrom ? [span(`  ${cut(values.leads, Math.max(4, room - name - 2))}`, 'muted')] : []),
  ];
};

const toolLine = (tool: ToolLine, view: View, inner: number, isCursor: boolean): Line => {
  const { calls, last } = tool;
  const failed = calls.failed + calls.unknown;
  const [sign, tone] = signOf(tool);
  const line: Line = [
    span(isCursor ? glyph.cursor : ' ', 'accent+'),
    span(`${sign} `, tone),
    ...cells(
      {
        name: tool.name,
        kind: kindOf(tool, view),
        calls: String(calls.ok + failed),
        failed: failed === 0 ? glyph.nothing : String(failed),
        last: last === null ? glyph.nothing : age(view.now - last.at),
        leads: plainText(hostOf(tool.url)),
      },
      inner,
      { name: isCursor ? 'bold' : 'plain', rest: 'plain', bad: failed === 0 ? 'muted' : 'warn' },
    ),
  ];
  return isCursor ? onGround(line, 'cursor', inner) : line;
};

/** `day, time?, guests?`: what stands without a mark must be given. */
export const fieldsOf = ({ parameters }: Pick<ToolLine, 'parameters'>): string => {
  const { properties, required } = parameters as { properties?: unknown; required?: unknown };
  if (typeof properties !== 'object' || properties === null) return '';
  const must = new Set(Array.isArray(required) ? required : []);
  return Object.keys(properties)
    .map((field) => `${plainText(field)}${must.has(field) ? '' : '?'}`)
    .join(', ');
};

const lastLine = (tool: ToolLine, view: View): readonly [string, Tone] | null => {
  const { last } = tool;
  if (last === null) return null;
  const words = toolTexts(view.language).tools.lastWas[last.state];
  const when = `${view.calendar.date(last.at)} ${view.calendar.time(last.at)}`;
  const why = last.reason === null ? '' : `: ${view.t.said(plainText(last.reason))}`;
  const tone = last.state === 'unknown' ? 'bad' : last.state === 'failed' ? 'warn' : 'muted';
  return [`${words}, ${when}${why}`, tone];
};

/** What there is to know of one tool, in lines of `width` columns. */
export const toolDetail = (tool: ToolLine, view: View, width: number): readonly Line[] => {
  const { tools } = toolTexts(view.language);
  const fields = fieldsOf(tool);
  const seconds = decimals(tool.timeoutMs / 1000, tool.timeoutMs % 1000 === 0 ? 0 : 1, view.language);
  const texts: readonly (readonly [string, Tone])[] = [
    ...(tool.hasSecret ? [] : [[tools.noSecret, 'bad'] as const]),
    ...[lastLine(tool, view)].filter((line) => line !== null),
    [plainText(tool.description), 'plain'],
    [
      `${fields === '' ? tools.takesNothing : tools.takes(fields)}  ${glyph.dot}  ${tools.bounds(seconds, tool.callsPerTurn)}`,
      'muted',
    ],
    [plainText(tool.url), 'muted'],
    ...(tool.lookupUrl === null ? [] : [[tools.lookedUpAt(plainText(hostOf(tool.lookupUrl))), 'muted'] as const]),
    ...(tool.allowHosts.length === 0 ? [] : [[tools.may(tool.allowHosts.map(plainText).join(', ')), 'muted'] as const]),
    [tools.setBy(plainText(tool.setBy), view.calendar.date(tool.setAt)), 'muted'],
  ];
  return texts.flatMap(([text, tone]) => wrapText(text, width).map((part) => textLine(part, tone)));
};

/** Rows of the list's box that are no tool: borders and head. */
const boxExtra = 3;
/** At least so much is left for what is said of the one under the cursor, where the window is high enough. */
const leastDetail = 8;

/** How many rows of tools fit. */
export const toolRows = (total: number, height: number): number =>
  Math.max(1, Math.min(Math.max(1, total), height - boxExtra - (height > 16 ? leastDetail : 0)));

export const toolsBody = (
  view: View,
  tools: readonly ToolLine[],
  { cursor, top, rows }: { readonly cursor: number; readonly top: number; readonly rows: number },
  height: number,
): readonly Line[] => {
  const { tools: words } = toolTexts(view.language);
  const width = view.columns - 1;
  const inner = width - 4;
  const shown = tools.slice(top, top + rows);
  const box = boxed({
    title: [span(words.title(tools.length), 'bold')],
    width,
    rows: rows + boxExtra,
    content: [
      [span('   '), ...cells(words.head, inner, { name: 'muted', rest: 'muted', bad: 'muted' })],
      ...shown.map((tool, index) => toolLine(tool, view, inner, top + index === cursor)),
    ],
  });
  const chosen = tools[cursor];
  const detail = chosen === undefined ? [] : toolDetail(chosen, view, width - 2);
  return [...box, ...detail.map((line): Line => [span(' '), ...line])].slice(0, height);
};

/** Lines of prose, for a screen that has nothing yet. */
export const proseLines = (view: View, texts: readonly string[], tone: Tone = 'plain'): readonly Line[] => [
  emptyLine,
  ...texts.flatMap((text) => wrapText(text, view.columns - 3).map((part) => textLine(` ${part}`, tone))),
];

import { plainText } from '../../../src/session/plain-text.ts';
import { hostOf, type ToolLine } from '../../../src/session/tool.ts';
import { decimals } from '../../../src/words/figures.ts';
import { meter } from '../../paint/charts/meter.ts';
import { age } from '../../paint/format.ts';
import { glyph } from '../../paint/glyphs.ts';
import { emptyLine, type Line, span } from '../../paint/line.ts';
import type { Tone } from '../../paint/tone.ts';
import { toolTexts } from '../../texts/tool-texts.ts';
import type { View } from '../view.ts';
import { type Detail, type Fact, factLines, sentence } from './item-detail.ts';
import type { Item, ItemColumn } from './item-list.ts';

/** The tools of a session, each a row, and what there is to know of the one under the cursor. A secret is in none of it. */

type Key = 'name' | 'kind' | 'calls' | 'failed' | 'last' | 'leads';

export const toolColumns: readonly ItemColumn<Key>[] = [
  { key: 'name', width: 10, most: 30, rank: 0 },
  { key: 'kind', width: 12, most: 14, rank: 3 },
  { key: 'calls', width: 5, align: 'right', rank: 0 },
  { key: 'failed', width: 5, align: 'right', rank: 0 },
  { key: 'last', width: 4, align: 'right', rank: 1 },
  { key: 'leads', width: 16, most: 60, rank: 4 },
];

const failedOf = ({ calls }: ToolLine): number => calls.failed + calls.unknown;
/** What a person must do something about, and what went wrong by itself. */
const troubleOf = ({ hasSecret, last }: ToolLine): 'bad' | 'warn' | null => {
  if (!hasSecret || last?.state === 'unknown') return 'bad';
  return last?.state === 'failed' ? 'warn' : null;
};
export const toolNeedsYou = (tool: ToolLine): boolean => troubleOf(tool) === 'bad';

const signOf = (tool: ToolLine): readonly [sign: string, tone: Tone] => {
  const trouble = troubleOf(tool);
  return trouble === 'bad' ? [glyph.needsYou, 'bad'] : [glyph.answers, trouble ?? 'ok'];
};

const kindOf = (tool: ToolLine, view: View): string => {
  const { kind } = toolTexts(view.language).tools;
  if (tool.onlyReads) return kind.reads;
  if (tool.isIdempotent) return kind.again;
  return tool.lookupUrl === null ? kind.once : kind.looked;
};

export const toolItem = (tool: ToolLine, view: View): Item<Key> => {
  const { calls, last } = tool;
  const failed = failedOf(tool);
  const trouble = troubleOf(tool);
  const total = calls.ok + failed;
  const none: Line = [span(glyph.nothing, 'faint')];
  return {
    sign: signOf(tool),
    trouble: trouble === 'bad' ? 'bad' : null,
    cells: {
      name: tool.name,
      kind: [span(kindOf(tool, view), 'muted')],
      calls: total === 0 ? [span('0', 'faint')] : String(total),
      failed: failed === 0 ? none : [span(String(failed), 'warn+')],
      last: last === null ? none : [span(age(view.now - last.at), 'muted')],
      leads: tool.hasSecret
        ? [span(plainText(hostOf(tool.url)), 'muted')]
        : [span(toolTexts(view.language).tools.noSecretShort, 'bad')],
    },
  };
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

/** What the schema says of each field, where the window has the rows. */
const fieldFacts = ({ parameters }: ToolLine, view: View): readonly Fact[] => {
  const { properties } = parameters as { properties?: unknown };
  if (view.rows < 30 || typeof properties !== 'object' || properties === null) return [];
  return Object.entries(properties).flatMap(([field, schema]): readonly Fact[] => {
    const said = (schema as { description?: unknown } | null)?.description;
    return typeof said === 'string' && said !== '' ? [['', `${plainText(field)}: ${plainText(said)}`, 'muted']] : [];
  });
};

const lastLine = (tool: ToolLine, view: View): readonly [string, Tone] | null => {
  const { last } = tool;
  if (last === null) return null;
  const words = toolTexts(view.language).tools.lastWas[last.state];
  const why = last.reason === null ? '' : `: ${view.t.said(plainText(last.reason))}`;
  const tone = last.state === 'unknown' ? 'bad' : last.state === 'failed' ? 'warn' : 'muted';
  return [`${words}, ${view.calendar.when(last.at, view.now)}${why}`, tone];
};

/** `━━━━━━━━─ 41 of 44 carried out`. */
const callsLine = (tool: ToolLine, view: View, barWidth: number): Line => {
  const { tools } = toolTexts(view.language);
  const { ok } = tool.calls;
  const total = ok + failedOf(tool);
  if (total === 0) return [span(tools.noCalls, 'muted')];
  return [
    ...meter(ok / total, barWidth, ok === total ? 'ok' : 'warn'),
    span(` ${ok}`, 'bold'),
    span(` ${tools.carriedOut(total)}`, 'muted'),
  ];
};

const factsOf = (tool: ToolLine, view: View, width: number): readonly Fact[] => {
  const { tools } = toolTexts(view.language);
  const { fact } = tools;
  const fields = fieldsOf(tool);
  const seconds = decimals(tool.timeoutMs / 1000, tool.timeoutMs % 1000 === 0 ? 0 : 1, view.language);
  return [
    [fact.calls, callsLine(tool, view, width < 60 ? 8 : 20)],
    [fact.takes, fields === '' ? tools.takesNothing : fields],
    ...fieldFacts(tool, view),
    [fact.address, plainText(tool.url)],
    ...(tool.lookupUrl === null
      ? []
      : [[fact.lookup, tools.lookedUpAt(plainText(hostOf(tool.lookupUrl)))] satisfies Fact]),
    ...(tool.allowHosts.length === 0 ? [] : [[fact.reaches, tool.allowHosts.map(plainText).join(', ')] satisfies Fact]),
    [fact.limits, tools.bounds(seconds, tool.callsPerTurn), 'muted'],
  ];
};

/** What there is to know of one tool. */
export const toolDetail = (tool: ToolLine, view: View): Detail => {
  const { tools } = toolTexts(view.language);
  const trouble = troubleOf(tool);
  const last = lastLine(tool, view);
  return {
    title: [
      span(`${signOf(tool)[0]} `, signOf(tool)[1]),
      span(tool.name, 'bold'),
      span(`  ${kindOf(tool, view)}`, 'muted'),
    ],
    right: [span(tools.setBy(plainText(tool.setBy), view.calendar.date(tool.setAt)), 'muted')],
    tone: trouble === 'bad' ? 'bad' : 'faint',
    content: (width) => [
      ...(tool.hasSecret ? [] : sentence(tools.noSecret, width, 'bad')),
      ...(last === null ? [] : sentence(last[0], width, last[1])),
      ...sentence(plainText(tool.description), width),
      emptyLine,
      ...factLines(factsOf(tool, view, width), width),
    ],
  };
};

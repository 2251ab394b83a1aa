import type { Incident } from '../../../src/protocol/fleet.ts';
import { age } from '../../paint/format.ts';
import { glyph } from '../../paint/glyphs.ts';
import { type Line, layout, lineWidth, onGround, type Placed, place, placeLine, textWidth } from '../../paint/line.ts';
import { shortCount } from '../session-cells.ts';
import type { View } from '../view.ts';
import { columnOf, type FleetColumns } from './columns.ts';
import type { Item } from './fleet-items.ts';
import { keysLine } from './keys-line.ts';

const incidentWords = (incident: Incident, columns: FleetColumns, view: View): readonly Placed[] => {
  const { t, now } = view;
  const keys = keysLine([{ key: 'x', label: t.rowKey.incident.long }], view);
  const keysAt = columns.edge + 1 - lineWidth(keys);
  const next =
    incident.nextTryAt !== null && incident.nextTryAt > now ? t.alarm.retry(age(incident.nextTryAt - now)) : '';
  const failed = incident.checks.find(({ result }) => result === 'fails');
  const what = failed === undefined ? '' : t.alarm.fails(t.alarm.check[failed.name]);
  const text = [what, next].filter((part) => part !== '').join(', ');
  const start = columnOf(columns, 'served')?.start ?? columns.detail;
  return [{ column: start, text, width: Math.max(0, keysAt - 1 - start), tone: 'muted' }, ...placeLine(keysAt, keys)];
};

/** The sessions of an open incident, as one row. */
export const incidentLine = (
  item: Extract<Item, { kind: 'incident' }>,
  columns: FleetColumns,
  view: View,
  cursor: boolean,
  width: number,
): Line => {
  const { rows, incident } = item;
  const label = columnOf(columns, 'name');
  const waiting = columnOf(columns, 'waiting');
  const chats = rows.reduce((sum, row) => sum + row.waiting.chats, 0);
  const pieces: Placed[] = [
    ...(cursor ? [place(0, glyph.cursor, 'accent+')] : []),
    place(columns.phone ? 1 : 2, glyph.recovers, 'move'),
    place(label?.start ?? 4, view.t.detail.incident(rows.length, Math.floor(incident.id)), cursor ? 'bold' : 'plain'),
  ];
  if (waiting !== undefined && chats > 0 && !columns.phone) {
    const text = `~${shortCount(chats)}`;
    const end = waiting.start + waiting.width;
    const since = age(view.now - incident.startedAt);
    pieces.push(place(end - 5 - textWidth(text), text, 'bold'), place(end - textWidth(since), since, 'muted'));
  }
  if (!columns.phone) pieces.push(...incidentWords(incident, columns, view));
  const line = layout(pieces, columns.edge + 1);
  return cursor ? onGround(line, 'cursor', width) : line;
};

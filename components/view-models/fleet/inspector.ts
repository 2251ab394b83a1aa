import type { SessionRow } from '../../../src/protocol/fleet.ts';
import { formatPhone } from '../../../src/session/phone.ts';
import { verdictLooks } from '../../../src/session/verdict.ts';
import { boxed } from '../../paint/box.ts';
import { age } from '../../paint/format.ts';
import { type Line, span } from '../../paint/line.ts';
import type { BoxSize } from '../session/overview-data.ts';
import { shapeOf } from '../state-look.ts';
import type { View } from '../view.ts';
import type { FleetExtra } from './fleet-extra.ts';
import { troubleContent } from './inspector-trouble.ts';
import { wellContent } from './inspector-well.ts';
import { labelOf, stateWord, toneOf } from './row-state.ts';

/** The session under the cursor in words: why, and what helps; or, when it is well, what it just did. */

const titleOf = (row: SessionRow): Line => {
  const label = labelOf(row);
  const phone = row.phone ?? row.expectedPhone;
  return [
    span(`${shapeOf(row)} `, toneOf(row)),
    span(label, 'bold'),
    ...(label === row.name ? [] : [span(`  ${row.name}`, 'muted')]),
    ...(phone === null ? [] : [span(`  ${formatPhone(phone)}`, 'muted')]),
  ];
};

const stateOf = (row: SessionRow, view: View): Line => {
  const { inspect, verdict, state } = view.t;
  const word = row.verdict === 'drafts' ? state.approve(row.drafts) : verdict[row.verdict];
  const tone = toneOf(row);
  const strong =
    tone === 'bad' ? 'bad+' : tone === 'warn' ? 'warn+' : tone === 'move' ? 'move+' : tone === 'ok' ? 'ok+' : 'muted+';
  if (row.verdict === 'connected') return [span(stateWord(row, view).text, stateWord(row, view).tone)];
  return [span(word, strong), span(inspect.for(age(view.now - row.since)), 'muted')];
};

export const inspectorBox = (row: SessionRow, extra: FleetExtra, view: View, size: BoxSize): readonly Line[] => {
  const { group } = verdictLooks[row.verdict];
  const inner: BoxSize = { width: size.width - 4, rows: size.rows - 2 };
  const inTrouble = group === 'needs_you' || group === 'recovering';
  return boxed({
    title: titleOf(row),
    right: stateOf(row, view),
    tone: group === 'needs_you' ? toneOf(row) : 'faint',
    ...size,
    content:
      inTrouble || group === 'off' ? troubleContent(row, extra, view, inner) : wellContent(row, extra, view, inner),
  });
};

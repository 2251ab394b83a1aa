import type { SessionRow } from '../../src/protocol/fleet.ts';
import { verdictLooks } from '../../src/session/verdict.ts';
import { age } from '../paint/format.ts';
import { type Line, span } from '../paint/line.ts';
import { strong } from '../paint/tone.ts';
import { stateWord } from './fleet/row-state.ts';
import { shapeOf, toneOfState } from './state-look.ts';
import type { View } from './view.ts';

/** A filled pill and for how long, where a session needs a person; else its shape and how it does, as in the fleet's table. */
export const stateLine = (row: SessionRow, view: View): Line => {
  const { text, tone } = stateWord(row, view);
  const { group, token } = verdictLooks[row.verdict];
  const since = age(view.now - row.since);
  if (group === 'needs_you')
    return [span(` ${text} `, token === 'bad' ? 'p:bad' : 'p:warn'), span(` ${since}`, 'muted')];
  const shown: Line = [span(`${shapeOf(row)} `, toneOfState(row)), span(text, strong(tone))];
  return group === 'answering' ? shown : [...shown, span(` ${since}`, 'muted')];
};

import type { SessionRow } from '../../../src/protocol/fleet.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { everyWords, failedLimit, type ProbeStanding } from '../../../src/session/probe.ts';
import { proofOf } from '../../../src/session/verdict.ts';
import { probeWords } from '../../../src/words/probe-words.ts';
import { boxed } from '../../paint/box.ts';
import { strip } from '../../paint/charts/strip.ts';
import { age } from '../../paint/format.ts';
import { cut, type Line, layout, place, placeLine, span } from '../../paint/line.ts';
import type { Tone } from '../../paint/tone.ts';
import { saidIn } from '../told.ts';
import type { View } from '../view.ts';
import type { BoxSize } from './overview-data.ts';

/** What the mystery customer of a session found: the evidence in words, and the last 24 hours. */

/** `proved 12 min ago, answered in 21 s`, or why not. `short`: without the reason. */
export const proofText = (probe: ProbeStanding, view: View, short = false): string => {
  const { overview } = view.t;
  if (probe.lastOutcome === 'failed') {
    const failed = overview.probeFailed(probe.failedInRow);
    return short || probe.reason === null ? failed : `${failed}: ${saidIn(view, plainText(probe.reason))}`;
  }
  const proof = proofOf({ probe });
  return proof === null
    ? overview.probeNone
    : probeWords[view.language].proof(view.now - proof.provedAt, proof.answerMs);
};

/** What comes next, or what is in the way. */
const ahead = (probe: ProbeStanding, view: View): string => {
  const { overview } = view.t;
  if (probe.asksSince !== null) return overview.probeAsks(age(Math.max(0, view.now - probe.asksSince)));
  if (probe.waitsFor !== null) return saidIn(view, plainText(probe.waitsFor));
  return probe.nextAt === null ? '' : overview.probeNext(age(Math.max(0, probe.nextAt - view.now)));
};

const toneOf = ({ lastOutcome, failedInRow: inRow }: ProbeStanding): Tone => {
  if (lastOutcome !== 'failed') return 'plain';
  return inRow >= failedLimit ? 'bad+' : 'warn';
};

const stripAt = 0;
const wordsAt = 29;
/** A window with fewer rows has one for it: the chats below say more. */
export const probeBoxFrom = 26;

/** The evidence alone, where it stands below another box. */
export const proofLine = ({ probe }: SessionRow, view: View, width: number): readonly Line[] =>
  probe == null ? [] : [[span('  '), span(cut(proofText(probe, view, true), Math.max(0, width - 2)), toneOf(probe))]];

/** In one row, where there is no room for a box. */
const probeLine = (probe: ProbeStanding, view: View, width: number): Line => {
  const drawn = strip(probe.hours, 12);
  return layout(
    [
      place(1, view.t.column.proof, 'muted'),
      ...placeLine(9, drawn),
      place(23, cut(proofText(probe, view), Math.max(0, width - 23)), toneOf(probe)),
    ],
    width,
  );
};

/** Four rows above the others, or one; none where nobody asks. */
export const probeBox = ({ probe }: SessionRow, view: View, { width, rows }: BoxSize): readonly Line[] => {
  if (probe == null) return [];
  if (rows < probeBoxFrom) return [probeLine(probe, view, width)];
  const { overview } = view.t;
  const inner = width - 4;
  const [first, middle, last] = overview.ago;
  const room = Math.max(0, inner - wordsAt);

  return boxed({
    title: [span(overview.probe, 'bold')],
    right: [span(overview.probeFrom(plainText(probe.from), everyWords(probe.everyMs)), 'muted')],
    width,
    rows: 4,
    content: [
      layout(
        [...placeLine(stripAt, strip(probe.hours)), place(wordsAt, cut(proofText(probe, view), room), toneOf(probe))],
        inner,
      ),
      layout(
        [
          place(stripAt, first ?? '', 'muted'),
          place(stripAt + 10, middle ?? '', 'muted'),
          place(stripAt + 21, last ?? '', 'muted'),
          place(wordsAt, cut(ahead(probe, view), room), 'muted'),
        ],
        inner,
      ),
    ],
  });
};

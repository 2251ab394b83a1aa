import type { SessionRow } from '../../src/protocol/fleet.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { meter } from '../paint/charts/meter.ts';
import { bothEnds } from '../paint/ends.ts';
import { countdown } from '../paint/format.ts';
import { glyph } from '../paint/glyphs.ts';
import { type Line, onGround, span } from '../paint/line.ts';
import { isPair, type Tone } from '../paint/tone.ts';
import { stateTone } from './session-cells.ts';
import { shapeOf, toneOfState } from './state-look.ts';
import type { View } from './view.ts';

/** Codes live so long: WhatsApp's first one a minute, the others 20 seconds. */
const longestMs = 60_000;

const standing = (word: string, tone: Tone): Line => [span(isPair(tone) ? ` ${word} ` : word, tone)];

/** A session that waits for a phone, and how long its code still lives. */
export const wallRow = (row: SessionRow, view: View, width: number, isCursor: boolean): Line => {
  const { t, now } = view;
  const label = plainText(row.label) || row.name;
  const expiresAt = row.qr?.expiresAt ?? row.pairing?.expiresAt ?? null;
  const leftMs = expiresAt === null ? null : Math.max(0, expiresAt - now);
  const right: Line =
    leftMs === null
      ? standing(t.verdict[row.verdict], stateTone(row))
      : [
          ...(width >= 50 ? [...meter(leftMs / longestMs, 8, leftMs < 10_000 ? 'bad' : 'warn'), span(' ')] : []),
          span(countdown(leftMs).padStart(4), 'bold'),
        ];
  const line = bothEnds(
    [
      span(isCursor ? glyph.cursor : ' ', 'accent+'),
      span(` ${shapeOf(row)} `, toneOfState(row)),
      span(label, isCursor ? 'bold' : 'plain'),
      ...(label === row.name || width < 50 ? [] : [span(`  ${row.name}`, 'muted')]),
    ],
    [...right, span(' ')],
    width,
  );
  return isCursor ? onGround(line, 'cursor', width) : line;
};

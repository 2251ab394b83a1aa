import type { FleetEvent } from '../../src/session/records.ts';
import type { EpochMs } from '../../src/session/units.ts';
import { glyph } from '../paint/glyphs.ts';
import type { Tone } from '../paint/tone.ts';

/** The sign before an event. */

/** What the fleet mends by itself; any other warning is for a person: a customer without an answer, a link that is gone. */
const healsItself = /^(?:session-offline|worker-|health-|unreachable|daemon-|bus-|incident-)/;

export const eventLook = ({ level, kind }: Pick<FleetEvent, 'level' | 'kind'>): readonly [sign: string, tone: Tone] => {
  if (level === 'error') return [glyph.needsYou, 'bad'];
  if (kind === 'session-connected') return [glyph.answers, 'ok'];
  if (kind === 'session-qr' || kind === 'session-code') return [glyph.wantsYou, 'warn'];
  if (level === 'info') return [glyph.dot, 'muted'];
  return healsItself.test(kind) ? [glyph.recovers, 'move'] : [glyph.needsYou, 'warn'];
};

/** When the newest of them that is no mere news was; null: there is none. */
export const newestTrouble = (events: readonly FleetEvent[]): EpochMs | null =>
  events.reduce<EpochMs | null>(
    (newest, { level, at }) => (level === 'info' || at <= (newest ?? 0) ? newest : at),
    null,
  );

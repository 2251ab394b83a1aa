import { expect, it } from 'vitest';
import { glyph } from '../../../components/paint/glyphs.ts';
import { eventLook } from '../../../components/view-models/event-look.ts';

it.each([
  ['warn', 'session-offline', glyph.recovers, 'move'],
  ['warn', 'worker-died', glyph.recovers, 'move'],
  ['warn', 'left-in-silence', glyph.needsYou, 'warn'],
  ['warn', 'session-logged-out', glyph.needsYou, 'warn'],
  ['error', 'step-failed', glyph.needsYou, 'bad'],
  ['info', 'session-connected', glyph.answers, 'ok'],
  ['info', 'session-qr', glyph.wantsYou, 'warn'],
  ['info', 'config-changed', glyph.dot, 'muted'],
] as const)('%s %s: a person is called only where the fleet does not mend it', (level, kind, sign, tone) =>
  expect(eventLook({ level, kind })).toEqual([sign, tone]),
);

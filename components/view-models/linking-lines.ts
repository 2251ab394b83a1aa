import type { SessionRow } from '../../src/protocol/fleet.ts';
import { formatPhone } from '../../src/session/phone.ts';
import { bytesShort } from '../paint/format.ts';
import { glyph } from '../paint/glyphs.ts';
import { emptyLine, type Line, layout, place, placeLine, type Span, span, textLine } from '../paint/line.ts';
import type { View } from './view.ts';

/** What the screens of a QR and of a pairing code say alike: whose phone, the steps, the other ways, what comes after; 57 columns. */

export const phoneOf = (row: SessionRow): string | null => {
  const phone = row.expectedPhone ?? row.phone;
  return phone === null ? null : formatPhone(phone);
};

/** A dot for each code that there will be: those that went, the one that is shown, those to come. */
export const attemptsLine = (
  { attempt, maxAttempts }: { readonly attempt: number; readonly maxAttempts: number },
  view: View,
  column: number,
): Line => {
  const { session } = view.t;
  const shown = Math.min(12, maxAttempts);
  const dots = Array.from({ length: shown }, (_, index): Span => {
    const sign = index + 1 < attempt ? glyph.answers : index + 1 === attempt ? glyph.starting : glyph.off;
    return span(`${sign} `, index < attempt ? 'warn' : 'faint');
  });
  return layout(
    [
      place(column, session.codeCount, 'muted'),
      ...placeLine(column + 13, dots),
      place(column + 15 + 2 * shown, session.codeOf(attempt, maxAttempts)),
    ],
    57,
  );
};

/** What it is about in a muted voice, the number in a strong one. */
export const phoneLine = (phone: string | null, view: View): Line => {
  const { session } = view.t;
  if (phone === null) return [span(` ${session.onThePhoneAny}`, 'muted')];
  return [span(` ${session.onThePhone('').trim()} `, 'muted'), span(phone, 'bold')];
};

export const stepLine = (step: string, index: number): Line => [
  span('  '),
  span(` ${index + 1} `, 'p:accent'),
  span(` ${step}`),
];

export const way = (key: string, [what = '', how = '']: readonly string[]): Line =>
  layout([place(2, key, 'accent+'), place(5, what), place(26, how, 'muted')], 57);

export const bullet = (text: string): Line => layout([place(2, glyph.dot, 'accent'), place(4, text, 'muted')], 57);

export const browserLine = (row: SessionRow, view: View): readonly Line[] => {
  if (row.resources === null) return [];
  const { processes, memoryBytes, cpuPercent } = row.resources;
  const words = view.t.session.browser(processes, bytesShort(memoryBytes, view.language), Math.round(cpuPercent));
  return [emptyLine, textLine(` ${words}`, 'muted')];
};

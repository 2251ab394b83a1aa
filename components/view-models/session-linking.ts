import type { SessionRow } from '../../src/protocol/fleet.ts';
import { formatPhone } from '../../src/session/phone.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { meter } from '../paint/charts/meter.ts';
import { countdown } from '../paint/format.ts';
import { emptyLine, fillRows, type Line, layout, place, placeLine, span, textLine, wrapText } from '../paint/line.ts';
import { isAscii } from '../paint/theme.ts';
import { labelOf } from './fleet/row-state.ts';
import { footerLine } from './footer.ts';
import { attemptsLine, browserLine, bullet, phoneLine, phoneOf, stepLine, way } from './linking-lines.ts';
import { codeBox, pairingWords, wideCode } from './pairing-words.ts';
import type { QrTier } from './qr-tier.ts';
import { sessionHead } from './screen-head.ts';
import { tabFoot } from './session-foot.ts';
import { eventText } from './told.ts';
import type { View } from './view.ts';

/** The first tab of a session that waits for its phone: the QR or the code, and what to do with it. */

/** Milliseconds that a code lives: WhatsApp Web shows the first one 60 s, later ones 20 s. */
const lifetime = (attempt: number): number => (attempt <= 1 ? 60_000 : 20_000);

const expiry = (
  row: SessionRow,
  view: View,
): { readonly words: string; readonly left: number; readonly share: number } => {
  const left = row.qr === null ? 0 : row.qr.expiresAt - view.now;
  return {
    words: left > 0 ? view.t.session.expiresIn(countdown(left)) : view.t.session.expired,
    left,
    share: row.qr === null ? 0 : left / lifetime(row.qr.attempt),
  };
};

/** How long the code still lives. */
const countdownLine = (row: SessionRow, view: View, column: number, bar: number): Line => {
  const { left, share } = expiry(row, view);
  const { session } = view.t;
  const at = column + 13;
  const words = left > 0 ? span(countdown(left), 'bold') : span(session.expired, 'muted');
  return layout(
    [
      place(column, session.thisCode, 'muted'),
      ...placeLine(at, meter(share, bar, 'warn')),
      ...placeLine(at + bar + 2, [words]),
    ],
    57,
  );
};

/** Left of the QR at 120x35 and larger: the rows between the tabs and the footers, 57 columns. */
const besideQr = (row: SessionRow, view: View): readonly Line[] => {
  const { session } = view.t;
  const phone = phoneOf(row);
  const events = view.snapshot.events.filter(({ sessionName }) => sessionName === row.name).slice(0, 2);
  return [
    emptyLine,
    textLine(` ${session.waitingForScan}`, 'bold'),
    phoneLine(phone, view),
    emptyLine,
    ...session.steps.flatMap((step, index) => [stepLine(step, index), emptyLine]),
    countdownLine(row, view, 1, 24),
    attemptsLine(row.qr ?? { attempt: 1, maxAttempts: 12 }, view, 1),
    layout([place(1, session.afterLast, 'muted')], 57),
    emptyLine,
    textLine(` ${session.elsewhere}`, 'bold'),
    emptyLine,
    way('i', session.linkWhat),
    way('p', session.pairWhat),
    way('v', session.aloneWhat),
    emptyLine,
    textLine(` ${session.afterScan}`, 'bold'),
    emptyLine,
    ...(phone === null ? [] : [bullet(session.otherHeld(phone))]),
    bullet(session.olderNot),
    ...(row.replies === 'draft' ? [bullet(session.watchMode)] : []),
    ...browserLine(row, view),
    ...(events.length === 0 ? [] : [emptyLine]),
    ...events.map((event) =>
      layout([place(1, view.calendar.when(event.at, view.now), 'muted'), place(8, eventText(event, view))], 57),
    ),
  ];
};

/** Left of the QR where it takes all rows: title, steps, countdown, keys, 30 columns. */
export const tallWords = (row: SessionRow, view: View, width: number): readonly Line[] => {
  const { session, foot: words } = view.t;
  const phone = phoneOf(row);
  const { words: left, share } = expiry(row, view);
  const wrapped = (text: string, indent: number) =>
    wrapText(text, width - indent).map((part) => textLine(`${' '.repeat(indent)}${part}`));
  const key = (name: string, label: string): Line => [
    span(` ${name.padEnd(4)}`, 'accent+'),
    span(` ${label}`, 'muted'),
  ];
  const lines: Line[] = [
    layout([place(1, plainText(row.label === '' ? row.name : row.label), 'bold')], width),
    ...(row.engine === 'simulated' ? [textLine(` ${view.t.detail.sim}`, 'p:off')] : []),
    ...wrapped(session.waitingForScan, 1),
    emptyLine,
    ...(phone === null ? [] : [...wrapped(session.onThePhone(phone), 1), emptyLine]),
    ...session.steps.flatMap((step, index) =>
      wrapText(step, width - 5).map(
        (part, at): Line => [at === 0 ? span(` ${index + 1} `, 'p:accent') : span('   '), span(` ${part}`)],
      ),
    ),
    emptyLine,
    ...wrapped(`${session.thisCode} ${left}`, 1),
    layout(placeLine(1, meter(share, 20, 'warn')), width),
    ...(row.qr === null ? [] : [textLine(` ${row.qr.attempt} / ${row.qr.maxAttempts}`)]),
    emptyLine,
    key('p', words.pair.short),
    key('i', words.link.short),
    key('v', words.alone.short),
    key('y', words.copy.short),
    key('s', words.newQr.short),
    key('S', words.stop.short),
    key('D', words.delete.short),
    key('esc', words.back.short),
    key('?', words.help.short),
  ];
  return lines;
};

export const pictureCommand = (row: SessionRow): string => `zap-fleet qr ${row.name} --png ${row.name}.png`;

/** The QR does not fit (or a pairing code was asked for): the other ways, in words. */
const smallWords = (row: SessionRow, view: View, tier: Extract<QrTier, { kind: 'none' }> | null): readonly Line[] => {
  const { session } = view.t;
  const width = view.columns - 1;
  const phone = row.expectedPhone === null ? null : formatPhone(row.expectedPhone);
  const lines: Line[] = [emptyLine];
  if (tier !== null) {
    const room = session.needs(tier.size.columns, tier.size.rows, view.columns, view.rows);
    for (const part of wrapText(!isAscii(view.theme) ? room : session.needsUtf8, width - 1))
      lines.push(textLine(` ${part}`));
    lines.push(emptyLine);
    for (const [key, text] of session.small) {
      const parts = wrapText(text ?? '', width - 13);
      for (const [index, part] of parts.entries())
        lines.push(layout([place(3, index === 0 ? (key ?? '') : '', 'accent+'), place(13, part)], width));
    }
    for (const part of wrapText(pictureCommand(row), width - 13)) lines.push(layout([place(13, part)], width));
  } else if (row.pairing !== null && view.columns >= wideCode.columns && view.rows >= wideCode.rows)
    return pairingWords(row, row.pairing, view);
  else lines.push(textLine(` ${session.waitingForCode}`, 'bold'));
  const box = codeBox(row, view);
  if (box.length > 0) lines.push(emptyLine, ...box);
  lines.push(emptyLine);
  if (phone !== null) for (const part of wrapText(session.expected(phone), width - 1)) lines.push(textLine(` ${part}`));
  if (row.qr !== null)
    for (const part of wrapText(
      session.qrLine(row.qr.attempt, countdown(row.qr.expiresAt - view.now), row.qr.maxAttempts),
      width - 1,
    ))
      lines.push(textLine(` ${part}`));
  return lines;
};

/** The line that says which other sessions wait for a scan. */
const waitingCodesLine = (row: SessionRow, view: View): Line => {
  const waiting = view.snapshot.sessions.filter(({ verdict }) => verdict === 'scan_qr' || verdict === 'enter_code');
  if (waiting.length < 2) return emptyLine;
  const at = waiting.findIndex(({ id }) => id === row.id);
  const next = waiting[(at + 1) % waiting.length];
  return textLine(` ${view.t.session.waitingCodes(waiting.length, next === undefined ? null : labelOf(next))}`);
};

const codeFoot = (view: View, canAlone: boolean, linked: boolean): readonly Line[] => [
  footerLine(
    view,
    view.keys.footer('code', {
      labels: { copy: linked ? 'copyLink' : 'copy' },
      without: canAlone ? [] : ['qr'],
    }),
  ),
  tabFoot(view),
];

/** Lines above, beside and below the QR for the tier that fits. */
export const overviewFrame = (
  row: SessionRow,
  view: View,
  tier: QrTier | null,
  status: Line | null,
): { readonly head: readonly Line[]; readonly left: readonly Line[]; readonly below: readonly Line[] } => {
  const whole = sessionHead(row, view, 1);
  // The code comes before the rule under the tabs.
  const head = tier?.kind === 'beside' ? whole.slice(0, view.rows - tier.size.rows - 2) : whole;
  if (tier?.kind === 'beside') {
    const words = besideQr(row, view);
    // A small code does not cut the words beside it.
    const most = view.rows - head.length - 4;
    const left = fillRows(words, Math.max(tier.size.rows, Math.min(words.length, most)));
    const rest = view.rows - head.length - left.length - 2;
    const middle: Line[] = [emptyLine, waitingCodesLine(row, view)];
    const spare = fillRows(middle, rest);
    const below = [...(status === null ? spare : [...spare.slice(0, -1), status]), ...codeFoot(view, true, true)];
    return { head, left, below };
  }
  const foots = codeFoot(view, tier !== null && tier.kind !== 'none', tier === null || tier.kind !== 'none');
  const room = view.rows - head.length - foots.length - (status === null ? 0 : 1);
  const body = fillRows(smallWords(row, view, tier?.kind === 'none' ? tier : null), room);
  return { head, left: body, below: [...(status === null ? [] : [status]), ...foots] };
};

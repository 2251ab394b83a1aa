import { describe, expect, it } from 'vitest';
import { qrTier } from '../../../components/view-models/qr-tier.ts';
import { overviewFrame } from '../../../components/view-models/session-linking.ts';
import { statusLines } from '../../../components/view-models/session-status.ts';
import { session80, session120 } from '../support/drawn-screens.ts';
import { minutes, now, seconds } from '../support/fake-fleet.ts';
import { plain, viewAt } from '../support/view.ts';

const named = (name: string, columns: number, rows: number) => {
  const view = viewAt(columns, rows);
  const row = view.snapshot.sessions.find((session) => session.name === name);
  if (row === undefined) throw new Error(`no ${name} in the example`);
  return { view, row };
};

describe('a session with its QR', () => {
  it('is what was drawn at 120x40, left of the code', () => {
    const { view, row } = named('studio-bela', 120, 40);
    const tier = qrTier(view, 57, false);
    expect(tier).toMatchObject({ kind: 'beside', size: { columns: 61, rows: 31 }, zone: 'full' });
    const { head, left, below } = overviewFrame(row, view, tier, null);
    const lines = plain([...head, ...left, ...below]);
    expect(lines).toHaveLength(40);
    expect(lines).toEqual(session120);
  });

  it('falls back by size: beside, tall, alone, words', () => {
    expect(qrTier(viewAt(119, 34), 57, false).kind).toBe('tall');
    expect(qrTier(viewAt(92, 30), 57, false)).toMatchObject({
      kind: 'tall',
      zone: 'tight',
      size: { columns: 61, rows: 30 },
    });
    expect(qrTier(viewAt(100, 30), 57, false)).toMatchObject({ kind: 'tall', zone: 'tight' });
    expect(qrTier(viewAt(91, 30), 57, false)).toMatchObject({ kind: 'alone', zone: 'tight' });
    expect(qrTier(viewAt(61, 30), 57, true).kind).toBe('alone');
    expect(qrTier(viewAt(80, 24), 57, false).kind).toBe('none');
    expect(
      qrTier(viewAt(120, 40, { theme: { colors: '256', background: 'dark', glyphs: 'ascii' } }), 57, false).kind,
    ).toBe('none');
  });

  it('says at 80x24 what to do instead, as drawn', () => {
    const { view, row } = named('studio-bela', 80, 24);
    const tier = qrTier(view, 57, false);
    const { head, left, below } = overviewFrame(row, view, tier, null);
    const lines = plain([...head, ...left, ...below]);
    expect(lines).toHaveLength(24);
    expect(lines.slice(0, 11)).toEqual(session80.slice(0, 11));
    expect(lines[12]).toBe(session80[19]);
    expect(lines[13]).toBe(session80[20]);
    expect(lines[22]).toBe(session80.at(-2));
    expect(lines[23]?.replace(/ +/g, ' ')).toBe(session80.at(-1)?.replace(/ +/g, ' '));
  });

  it('shows a pairing code as drawn', () => {
    const { view, row } = named('studio-bela', 80, 24);
    const pairing = { code: 'WZYH4K7Q', attempt: 1, maxAttempts: 5, expiresAt: now + minutes(3) + seconds(2) };
    const { left } = overviewFrame({ ...row, pairing }, view, qrTier(view, 57, false), null);
    const text = plain(left).join('\n');
    expect(text).toContain(session80.slice(13, 18).join('\n'));
  });

  it('tells in words how every session is, in at most the width', () => {
    for (const columns of [40, 80, 120])
      for (const { name } of viewAt(80, 24).snapshot.sessions) {
        const { view, row } = named(name, columns, 24);
        const lines = plain(statusLines(row, view));
        expect(lines.length).toBeGreaterThan(5);
        for (const line of lines) expect(line.length).toBeLessThan(columns);
      }
  });
});

it('shows by dots which code it is, and by a bar how long it still lives', () => {
  const { view, row } = named('studio-bela', 120, 40);
  const of = (attempt: number, left: number) => {
    const qr = { payload: 'x', attempt, maxAttempts: 12, expiresAt: now + seconds(left) };
    const { left: lines } = overviewFrame({ ...row, qr }, view, qrTier(view, 57, false), null);
    return plain(lines);
  };
  expect(of(1, 60).find((line) => line.startsWith(' code'))).toMatch(/◐( ○){11} +1 of 12$/);
  expect(of(12, 20).find((line) => line.startsWith(' code'))).toMatch(/(● ){11}◐ +12 of 12$/);
  expect(of(2, 5).find((line) => line.startsWith(' this code'))).toMatch(/ ━{6}─{18} {2}5s$/);
  expect(of(2, -1).find((line) => line.startsWith(' this code'))).toContain('─  is being renewed');
});

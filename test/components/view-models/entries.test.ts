import { describe, expect, it } from 'vitest';
import { entriesWindow, logEntry, matches, visibleEntries } from '../../../components/view-models/entries.ts';
import { now } from '../support/fake-fleet.ts';
import { plain, viewAt } from '../support/view.ts';

describe('log lines', () => {
  it('are parsed, filtered, searched and made harmless', () => {
    const entry = logEntry(
      '{"time":"2026-11-22T17:41:00Z","level":"error","session":"aa","msg":"bad\\u001b]52;c;x\\u0007\\nnext","chat":"c1"}',
    );
    expect(entry).toMatchObject({ level: 'error', source: 'aa', text: 'bad⏎next  chat=c1', at: now });
    expect(logEntry('not json \u001b[31m').text).toBe('not json ');
    const entries = [entry, logEntry('{"level":20,"msg":"noise"}')];
    expect(visibleEntries(entries, 'info')).toHaveLength(1);
    expect(matches(entry, 'NEXT')).toBe(true);
    const look = { least: 'debug', search: 'next', wrap: true, shift: 0, withSource: true } as const;
    const rows = entriesWindow(entries, 2, 10, viewAt(80, 24), look);
    expect(plain(rows)[0]).toBe('▎14:41:00 error aa              bad⏎next  chat=c1');
    expect(rows[0]?.[0]).toMatchObject({ text: '▎', tone: 'bad' });
    expect(rows[0]?.some(({ tone }) => tone === 'p:accent')).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { eventTable } from '../../../src/cli/commands/records.ts';
import { troublesBefore } from '../../../src/cli/commands/troubles-before.ts';
import { plainPaint } from '../../../src/cli/paint-text.ts';
import type { FleetEvent } from '../../../src/session/records.ts';

const start = Date.parse('2026-11-22T15:00:00');
const event = (minute: number, text: string, patch: Partial<FleetEvent> = {}): FleetEvent => ({
  id: minute,
  at: start + minute * 60_000,
  level: 'error',
  sessionName: 'otica',
  kind: 'worker-died',
  text,
  evidence: null,
  actor: 'master',
  ...patch,
});
const told = {
  event: ({ text }: { readonly text: string }) => text,
  reason: () => '',
  turn: () => ({ outcome: '', steps: [] }),
};

describe('events', () => {
  const rows = [
    event(1, 'linked', { level: 'info', kind: 'session-connected', sessionName: 'padaria-joao' }),
    event(2, 'Rafa \u{1f468}\u200d\u{1f469}\u200d\u{1f467}\ufe0f\u001b]0;x\u0007 wrote\nevil', { sessionName: null }),
  ];

  it('stand in columns, whatever their texts hold', () => {
    const lines = eventTable(rows, { language: 'en', told, paint: plainPaint }).split('\n');
    expect(lines).toEqual([
      'WHEN                 LEVEL  SESSION       WHAT',
      '2026-11-22 15:01:00  info   padaria-joao  session-connected: linked',
      expect.stringMatching(/^2026-11-22 15:02:00 {2}error {2}- {13}worker-died: Rafa .*evil$/),
    ]);
    for (const sign of ['\u001b', '\u200d', '\ufe0f']) expect(lines[2]).not.toContain(sign);
    expect(eventTable(rows, { language: 'pt-BR', told, paint: plainPaint })).toMatch(/^QUANDO +NÍVEL +SESSÃO +O QUÊ\n/);
  });

  it('have the tones of the screen, the kind before its words', () => {
    const table = eventTable(rows, { language: 'en', told, paint: (text, tone) => `<${tone}>${text}</>` });
    expect(table).toContain('<muted>session-connected: </><plain>linked</>');
    expect(table).toContain('<bad+>error</>');
  });
});

describe('what went before a session was given up', () => {
  const reason = 'the browser cannot be unpacked into /data/browser: user 0 may not write there';
  const lines = (events: readonly FleetEvent[], language: 'en' | 'pt-BR' = 'en') =>
    troublesBefore(events.toReversed(), { reason, told: told.event, language, most: 3 });

  it('says a reason that stands above not once more, but how often it was tried', () => {
    const events = [1, 2, 3].map((minute) => event(minute, reason));
    const all = [...events, event(4, `failed: ${reason}`, { kind: 'session-failed' })];
    expect(lines(all)).toEqual(['3 tries since 2026-11-22 15:01:00 ended so']);
    expect(lines(all, 'pt-BR')).toEqual(['3 tentativas desde 2026-11-22 15:01:00 terminaram assim']);
  });

  it('says each other thing once, with how often; what is no trouble is not there', () => {
    const shown = lines([
      event(1, 'its browser ended with SIGSEGV'),
      event(2, 'started', { level: 'info' }),
      event(3, 'its browser ended with SIGSEGV'),
      event(4, `its worker ended: ${reason}`),
    ]);
    expect(shown).toEqual([
      '2026-11-22 15:01:00 to 15:03:00, 2 times: its browser ended with SIGSEGV',
      '2026-11-22 15:04:00 its worker ended',
    ]);
  });

  it('keeps the last of many', () => {
    expect(lines([1, 2, 3, 4, 5].map((minute) => event(minute, `fault ${minute}`)))).toEqual([
      '2026-11-22 15:03:00 fault 3',
      '2026-11-22 15:04:00 fault 4',
      '2026-11-22 15:05:00 fault 5',
    ]);
  });
});

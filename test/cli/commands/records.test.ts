import { describe, expect, it } from 'vitest';
import type { CommandContext } from '../../../src/cli/commands/command.ts';
import { eventTable, why } from '../../../src/cli/commands/records.ts';
import { troublesBefore } from '../../../src/cli/commands/troubles-before.ts';
import { plainPaint } from '../../../src/cli/paint-text.ts';
import { createLeftBehind } from '../../../src/client/left-behind.ts';
import type { GoneSession } from '../../../src/protocol/group.ts';
import { FleetError } from '../../../src/session/fleet-error.ts';
import type { FleetEvent } from '../../../src/session/records.ts';
import { exampleSnapshot } from '../../components/support/fake-fleet.ts';

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

describe('why of a session whose server is gone, and that never ran here', () => {
  const left = (more: Partial<GoneSession> = {}): GoneSession => ({
    id: null,
    name: 'mercado',
    failover: 'manual',
    takenBy: null,
    leaseLasts: false,
    ...more,
  });
  const asked = async (session: GoneSession, name: string, options = {}) => {
    const gone = { id: 'n2', name: 'vps-2', host: 'vps-2', since: start, stopped: false, sessions: [session] };
    const snapshot = createLeftBehind()({ ...exampleSnapshot(), group: { peers: [], gone: [gone] } });
    const lines: string[] = [];
    const fleet = {
      getSnapshot: () => snapshot,
      request: async () => {
        throw new FleetError('no-such-session', `there is no session "${name}". See: zap-fleet ls`);
      },
    };
    const context = {
      look: async () => fleet,
      print: (line: string) => void lines.push(line),
      language: 'en',
      told: { ...told, reason: (_: unknown, reason: string) => reason },
      verdictWord: (verdict: string) => verdict,
    } as unknown as CommandContext;
    return { code: await why.run(context, [name], options), lines };
  };

  it('says where it is and what can be done', async () => {
    const { code, lines } = await asked(left(), 'mercado');
    expect(code).toBe(0);
    expect(lines).toEqual([
      'mercado: left_behind since 2026-11-22 15:00:00: its server vps-2 is gone. When that server is off for good: zap-fleet start mercado --take-over. If it still lives, both answer until it hears of it.',
      'It never ran on this server: what was said in it comes from Supabase when it is taken over.',
    ]);
    const soon = await asked(left({ failover: 'auto', leaseLasts: true }), 'mercado');
    expect(soon.lines[0]).toContain('moving since');
    expect((await asked(left(), 'mercado', { json: true })).lines).toEqual(['[]']);
  });

  it('and of any other name that there is none', async () => {
    await expect(asked(left(), 'mercadinho')).rejects.toThrow('there is no session "mercadinho"');
    await expect(asked(left({ takenBy: 'vps-3' }), 'mercado')).rejects.toThrow('there is no session');
  });
});

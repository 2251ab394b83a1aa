import { runDashboard } from '../../../components/app/run-dashboard.tsx';
import type { SessionRow } from '../../../src/protocol/fleet.ts';
import { answerEverything } from './answers.ts';
import { exampleSnapshot, fakeFleet, now, sessionRow, timeZone } from './fake-fleet.ts';

/** Shows the dashboard on the fleet in memory, to look at it by hand: `node test/components/support/preview.tsx`; `--many=200` makes every number change once a second. */
const started = Date.now();
const clock = () => now + (Date.now() - started);
const empty = process.argv.includes('--empty');
const fleet = fakeFleet(empty ? { ...exampleSnapshot(), sessions: [], events: [] } : exampleSnapshot());
answerEverything(fleet);
const many = Number(process.argv.find((argument) => argument.startsWith('--many='))?.slice(7) ?? 0);
if (many > 0) {
  const pad = (index: number) => String(index).padStart(3, '0');
  const base = exampleSnapshot().sessions.find(({ name }) => name === 'loja-centro');
  fleet.update(() => ({
    sessions: Array.from({ length: many }, (_, index) =>
      sessionRow(`loja-${pad(index)}`, { ...base, id: `id-${index}` } as Partial<SessionRow>),
    ),
  }));
  setInterval(() => {
    const at = Date.now();
    fleet.update(({ sessions }) => ({
      sessions: sessions.map((row, index) => ({
        ...row,
        lastMessageAt: clock() - ((index * 7919 + at) % 60) * 60_000,
        receivedLastHour: (index * 31 + Math.floor(at / 1000)) % 97,
        resources: row.resources && {
          ...row.resources,
          cpuPercent: (index * 13 + Math.floor(at / 1000) * 7) % 90,
          memoryBytes: (150 + ((index + Math.floor(at / 1000)) % 90)) * 2 ** 20,
        },
      })),
    }));
  }, 1000).unref();
}
const { exitReason } = await runDashboard({
  fleet,
  language: process.argv.includes('--pt') ? 'pt-BR' : null,
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  clock,
  timeZone,
  operations: {
    runProgram: async () => 0,
    testAiKey: async () => ({ ok: true, ms: 400, reason: null, api: null }),
    saveSettings: async () => undefined,
    browser: async () => 'headless-shell (machine)',
    startMaster: async () => undefined,
  },
});
process.stdout.write(`left: ${exitReason}\n`);
process.exit(0);

import { runDashboard } from '../../../components/run-dashboard.tsx';
import { answerEverything } from './answers.ts';
import { exampleSnapshot, fakeFleet, now, timeZone } from './fake-fleet.ts';

/** Shows the dashboard on the fleet in memory, to look at it by hand: `node test/components/support/preview.tsx` (bundled: see the README of bench). */
const started = Date.now();
const clock = () => now + (Date.now() - started);
const empty = process.argv.includes('--empty');
const fleet = fakeFleet(empty ? { ...exampleSnapshot(), sessions: [], events: [] } : exampleSnapshot());
answerEverything(fleet);
const { exitReason } = await runDashboard({
  fleet,
  language: process.argv.includes('--pt') ? 'pt-BR' : null,
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  clock,
  timeZone,
});
process.stdout.write(`left: ${exitReason}\n`);
process.exit(0);

// A process that runs the built program again and again, each time in a thread of its own: with its arguments, its environment, its output and its
// exit code. For command-threads.ts, which says what may be run so. No TypeScript: stripping it would cost more than a command.
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';

/** As a process says it: Node writes what nobody caught to stderr, and ends with 1. */
const uncaught = (error) => `${error instanceof Error ? error.stack : String(error)}\n`;

const runInThread = async ({ program, args, env, withinMs }) => {
  const thread = new Worker(program, { argv: args, env, execArgv: [], stdout: true, stderr: true });
  const errors = [];
  let isLate = false;
  const deadline = setTimeout(() => {
    isLate = true;
    void thread.terminate();
  }, withinMs);

  thread.on('error', (error) => errors.push(uncaught(error)));
  const exited = new Promise((done) => thread.once('exit', done));
  const [code, stdout, stderr] = await Promise.all([exited, text(thread.stdout), text(thread.stderr)]);
  clearTimeout(deadline);
  return { code: isLate ? -1 : code, stdout, stderr: [stderr, ...errors].join('') };
};

process.on('message', async ({ id, ...command }) => {
  const ended = await runInThread(command);
  if (process.connected) process.send({ id, ...ended });
});
// Whoever tested is gone.
process.once('disconnect', () => process.exit());

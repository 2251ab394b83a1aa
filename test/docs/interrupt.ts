// Runs a command that goes on until ctrl+c: once it has said something, it gets SIGINT, and its exit code is ours.
import { spawn } from 'node:child_process';
import process from 'node:process';

const [file = '', ...args] = process.argv.slice(2);
const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
const tooLong = setTimeout(() => child.kill('SIGKILL'), 60_000);
child.stdout.once('data', () => child.kill('SIGINT'));
child.stdout.on('data', (text: Buffer) => process.stdout.write(text));
child.once('exit', (code, signal) => {
  clearTimeout(tooLong);
  process.exitCode = code ?? (signal === 'SIGINT' ? 0 : 1);
});

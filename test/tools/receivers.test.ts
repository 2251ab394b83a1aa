import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { signedHeaders } from '../../src/tools/sign-call.ts';
import { until } from '../support/until.ts';

/** The two examples that people copy, sent what a network makes of a request: pieces. */

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const start = async (file: string): Promise<{ readonly port: number; readonly said: () => string }> => {
  const program = spawn(process.execPath, [resolve(import.meta.dirname, '../../docs/examples', file), '0'], {
    env: { SECRET: secret },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void program.kill());
  let said = '';
  program.stdout.on('data', (part: Buffer) => {
    said += String(part);
  });
  const [, port] = await until(() => /listens (\d+)/.exec(said), { what: file });
  return { port: Number(port), said: () => said };
};

/** The body in two pieces, cut at this byte: what is read at once is one of them, however it travels. */
const post = async (port: number, body: string, cutAt: number, key = 'k'): Promise<string> => {
  const bytes = Buffer.from(body);
  const signed = signedHeaders(secret, { key, at: Date.now(), body });
  const headers = Object.entries({ host: 'x', connection: 'close', 'transfer-encoding': 'chunked', ...signed });
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let got = '';
  socket.on('data', (part: Buffer) => {
    got += String(part);
  });
  socket.write(`POST /in HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  for (const piece of [bytes.subarray(0, cutAt), bytes.subarray(cutAt)])
    socket.write(Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]));
  socket.write('0\r\n\r\n');
  return until(() => /HTTP\/1\.1 \d+/.exec(got)?.[0], { what: 'its answer' });
};

const cuts = (body: string, letter: string): number => Buffer.from(body.slice(0, body.indexOf(letter))).length + 1;

test('the receiver and the brain know a genuine request whose letters came apart', async () => {
  const receiver = await start('receiver.mjs');
  const words = ['pão às 8h', 'amanhã', '🥖', '日本'];
  for (const [index, text] of words.entries()) {
    const data = { session: 'padaria', customer: { chatId: 'c', name: null }, message: { text } };
    const body = JSON.stringify({ type: 'message.received', timestamp: '2026-11-30T12:00:00.000Z', data });
    const letter = /[^\x00-\x7f]/u.exec(text)?.[0] ?? '';
    expect(await post(receiver.port, body, cuts(body, letter), `k${index}`), text).toBe('HTTP/1.1 204');
  }
  await until(() => words.every((text) => receiver.said().includes(`wrote: ${text}\n`)), { what: 'all words' });

  const brain = await start('brain.mjs');
  const body = JSON.stringify({ text: 'Abrem amanhã?', customer: null });
  expect(await post(brain.port, body, cuts(body, 'ã'))).toBe('HTTP/1.1 200');
});

import type { Readable, Writable } from 'node:stream';
import { endsWithin } from '../pace/deadline.ts';
import type { Bytes, Milliseconds } from '../session/units.ts';
import { errorLine, RpcError, rpcErrors } from './json-rpc.ts';
import { createMcpServer, type McpOptions } from './mcp-server.ts';

/** Longer than the longest instructions that may be rehearsed, escaped. */
const maxLine: Bytes = 2 * 1024 * 1024;
/** What is asked when the input ends is answered within this, or not. */
const lastAnswersWithin: Milliseconds = 2000;

const newline = 0x0a;

/** Lines of UTF-8; one that is too long is told of once and skipped, and the next one is read. */
const createLines = (onLine: (line: string) => void, onTooLong: () => void) => {
  let parts: Buffer[] = [];
  let length = 0;
  let skips = false;

  const take = (part: Buffer): void => {
    if (skips) return;
    length += part.length;
    if (length <= maxLine) parts.push(part);
    else {
      parts = [];
      skips = true;
      onTooLong();
    }
  };
  const end = (): void => {
    const line = skips ? '' : Buffer.concat(parts).toString('utf8').trim();
    parts = [];
    length = 0;
    skips = false;
    if (line !== '') onLine(line);
  };

  return (chunk: Buffer): void => {
    let start = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, start)) {
      take(chunk.subarray(start, at));
      end();
      start = at + 1;
    }
    if (start < chunk.length) take(chunk.subarray(start));
  };
};

/** Serves until the input ends, the output is closed or `signal` aborts. Nothing but JSON-RPC goes to `output`. */
export const serveStdio = async (
  options: Omit<McpOptions, 'send'>,
  { input, output, signal }: { readonly input: Readable; readonly output: Writable; readonly signal: AbortSignal },
): Promise<void> => {
  let isOpen = true;
  const send = (line: string): void => {
    if (isOpen) output.write(`${line}\n`);
  };
  const server = createMcpServer({ ...options, send });
  const answering = new Set<Promise<void>>();

  await new Promise<void>((done) => {
    const read = createLines(
      (line) => {
        const answered = server.receive(line).finally(() => answering.delete(answered));
        answering.add(answered);
      },
      () =>
        send(errorLine(undefined, new RpcError(rpcErrors.invalidRequest, `a line is longer than ${maxLine} bytes`))),
    );
    input.on('data', (chunk: Buffer) => read(chunk));
    input.once('end', done);
    input.once('error', () => done());
    // Whoever asked is gone.
    output.once('error', () => {
      isOpen = false;
      done();
    });
    signal.addEventListener('abort', () => done(), { once: true });
  });
  await endsWithin(Promise.all(answering), lastAnswersWithin);
  isOpen = false;
};

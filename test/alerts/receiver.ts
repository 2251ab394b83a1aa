import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A web server on loopback that takes everything; `answer` says how. */
export const startReceiver = async (
  answer: (request: Received) => { status: number; body?: object; wait?: Promise<unknown> } = () => ({ status: 200 }),
) => {
  const received: Received[] = [];
  const current = { answer };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const one = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('latin1') };
      received.push(one);
      const { status, body, wait } = current.answer(one);
      await wait;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
    });
  });
  const listen = (port: number): Promise<number> =>
    new Promise((done) => server.listen(port, '127.0.0.1', () => done((server.address() as AddressInfo).port)));
  const port = await listen(0);
  const close = (): Promise<void> =>
    new Promise((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    answer: (next: typeof answer) => {
      current.answer = next;
    },
    close,
    reopen: () => listen(port),
  };
};

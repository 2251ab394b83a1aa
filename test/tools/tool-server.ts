import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A tool's own server, as a business has one: it remembers what it was sent, and answers as a test says. */

export interface ReceivedCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ToolServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly received: ReceivedCall[];
  answer: (call: ReceivedCall, response: ServerResponse) => void;
  close(): Promise<void>;
}

const read = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

export const sendJson = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
};

export const startToolServer = async (): Promise<ToolServer> => {
  const received: ReceivedCall[] = [];
  const server: Server = createServer((request, response) => {
    response.on('error', () => undefined);
    read(request).then(
      (body) => {
        const call: ReceivedCall = {
          method: request.method ?? '',
          path: request.url ?? '',
          headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
          body,
        };
        received.push(call);
        tools.answer(call, response);
      },
      () => undefined,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const tools: ToolServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: (_, response) => sendJson(response, 200, { booked: true }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return tools;
};

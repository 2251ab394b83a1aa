import { readFile } from 'node:fs/promises';
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { makeCertificate } from './certificate.ts';
import { makeControls, type WhatsAppWebControls } from './controls.ts';
import { DeviceLink } from './device-link.ts';
import { Network, type NetworkOptions } from './network.ts';

export interface WhatsAppWeb extends WhatsAppWebControls {
  /** Port of the page (HTTPS and WSS). */
  readonly port: number;
  /** Base address of the same controls over HTTP: POST `<controlUrl>/<control>` with the JSON argument. */
  readonly controlUrl: string;
  /** What a browser needs to find the stand-in at web.whatsapp.com, and nothing else anywhere. Fits BROWSER_ARGS. */
  readonly browserArgs: readonly string[];
  close(): Promise<void>;
}

export interface WhatsAppWebOptions extends Partial<NetworkOptions> {
  readonly port?: number;
  readonly controlPort?: number;
  /** Where the page listens; the controls stay on loopback. Default: loopback. */
  readonly host?: string;
}

const page = new URL('./page/', import.meta.url);
const file = /^\/page\/[a-z-]+\.(js|html)$/;

const answerPage = async (network: Network, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  if (path.startsWith('/media/')) {
    const id = decodeURIComponent(path.slice('/media/'.length));
    if (request.method === 'POST') {
      const sha256 = await network.uploads.take(id, request as AsyncIterable<Buffer>);
      response.writeHead(sha256 === null ? 415 : 200).end(sha256 ?? undefined);
      return;
    }
    const bytes = [...network.phones.values()].map((phone) => phone.media.get(id)).find(Boolean);
    response.writeHead(bytes ? 200 : 404).end(bytes);
    return;
  }
  if (path !== '/' && !file.test(path)) {
    response.writeHead(404).end();
    return;
  }
  const name = path === '/' ? 'index.html' : path.slice('/page/'.length);
  const body = await readFile(new URL(name, page));
  response
    .writeHead(200, {
      'content-type': name.endsWith('.js') ? 'text/javascript' : 'text/html',
      'cache-control': 'no-store',
    })
    .end(body);
};

const readBody = async (request: IncomingMessage): Promise<string> => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
};

const answerControl = async (
  controls: WhatsAppWebControls,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const name = (request.url ?? '').slice(1);
  try {
    if (request.method !== 'POST' || !Object.hasOwn(controls, name))
      throw new Error(`no control "${name}" (POST a JSON object)`);
    const control = controls[name as keyof WhatsAppWebControls] as (input: unknown) => Promise<unknown>;
    const value = await control(JSON.parse((await readBody(request)) || '{}'));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value ?? null));
  } catch (error) {
    response
      .writeHead(400, { 'content-type': 'application/json' })
      .end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
  }
};

const listen = (server: Server, port: number, host = '127.0.0.1'): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });

const shut = (server: Server, sockets: ReadonlySet<Socket>): Promise<void> => {
  for (const socket of sockets) socket.destroy();
  return new Promise((resolve) => server.close(() => resolve()));
};

const track = (server: Server): Set<Socket> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return sockets;
};

/** Starts a local stand-in of web.whatsapp.com. QR speed is the real one by default: the first 60 s, then five of 20 s. */
export const startWhatsAppWeb = async (options: WhatsAppWebOptions = {}): Promise<WhatsAppWeb> => {
  const network = new Network({
    qr: options.qr ?? { firstMs: 60_000, nextMs: 20_000, count: 6 },
    syncMs: options.syncMs ?? 300,
  });
  const controls = makeControls(network);
  const web = createHttps(await makeCertificate(), (request, response) => {
    answerPage(network, request, response).catch(() => response.writeHead(500).end());
  });
  const sockets = new WebSocketServer({ server: web, path: '/ws' });
  sockets.on('connection', (socket, request) => new DeviceLink(network, socket, request.socket));
  const control = createHttp((request, response) => void answerControl(controls, request, response));
  const open = [track(web), track(control)] as const;
  const host = options.host ?? '127.0.0.1';
  const port = await listen(web, options.port ?? 0, host);
  const controlPort = await listen(control, options.controlPort ?? 0);
  return {
    ...controls,
    port,
    controlUrl: `http://127.0.0.1:${controlPort}`,
    browserArgs: [
      `--host-resolver-rules=MAP web.whatsapp.com:443 ${host}:${port},MAP * ~NOTFOUND,EXCLUDE 127.0.0.1,EXCLUDE localhost${host === '127.0.0.1' ? '' : `,EXCLUDE ${host}`}`,
      '--ignore-certificate-errors',
    ],
    close: async () => {
      network.close();
      sockets.close();
      await Promise.all([shut(web, open[0]), shut(control, open[1])]);
    },
  };
};

/** The same controls over HTTP, for tests in another process. */
export const controlsAt = (controlUrl: string): WhatsAppWebControls =>
  new Proxy({} as WhatsAppWebControls, {
    get: (_target, name) => async (input: unknown) => {
      const answer = await fetch(`${controlUrl}/${String(name)}`, {
        method: 'POST',
        body: JSON.stringify(input ?? {}),
        signal: AbortSignal.timeout(10_000),
      });
      const value = (await answer.json()) as unknown;
      if (!answer.ok) throw new Error((value as { error: string }).error);
      return value;
    },
  });

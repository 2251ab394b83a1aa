import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import process from 'node:process';
import { startWhatsAppWeb, type WhatsAppWeb } from '../whatsapp-web/whatsapp-web.ts';
import { mustDocker } from './docker.ts';

/**
 * The stand-in of web.whatsapp.com on this host, and a Docker network without a way out whose containers reach it, and nothing else, at
 * the network's gateway.
 */
export interface PhoneNetwork {
  readonly web: WhatsAppWeb;
  readonly name: string;
  /** For BROWSER_ARGS. */
  readonly browserArgs: readonly string[];
  close(): Promise<void>;
}

const forward = async (
  host: string,
  port: number,
): Promise<{ readonly server: Server; readonly port: number; end(): void }> => {
  const sockets = new Set<Socket>();
  const server = createServer((from) => {
    const to = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one);
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      // A browser that is killed resets its connections: `close` follows.
      one.on('error', () => undefined);
      one.pipe(other);
    }
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(0, host, () => done());
  });
  return {
    server,
    port: (server.address() as AddressInfo).port,
    end: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};

export const openPhoneNetwork = async (): Promise<PhoneNetwork> => {
  const name = `zft-net-${process.pid}-${Math.floor(performance.now())}`;
  await mustDocker('network', 'create', '--internal', name);
  const gateway = await mustDocker('network', 'inspect', '--format', '{{(index .IPAM.Config 0).Gateway}}', name);
  const web = await startWhatsAppWeb({ syncMs: 200, qr: { firstMs: 60_000, nextMs: 20_000, count: 10 } });
  const door = await forward(gateway, web.port);
  return {
    web,
    name,
    browserArgs: [
      `--host-resolver-rules=MAP web.whatsapp.com:443 ${gateway}:${door.port},MAP * ~NOTFOUND,EXCLUDE 127.0.0.1,EXCLUDE localhost,EXCLUDE ${gateway}`,
      '--ignore-certificate-errors',
    ],
    close: async () => {
      door.end();
      await web.close();
      await mustDocker('network', 'rm', name);
    },
  };
};

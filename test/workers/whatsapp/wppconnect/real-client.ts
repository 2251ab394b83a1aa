import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  LinkState,
  WhatsAppClient,
  WhatsAppEvent,
  WhatsAppMessage,
} from '../../../../workers/whatsapp/whatsapp-client.ts';
import type { WppconnectClientOptions } from '../../../../workers/whatsapp/wppconnect/client-core.ts';
import { createWppconnectClient } from '../../../../workers/whatsapp/wppconnect/wppconnect-client.ts';
import { until } from '../../../support/until.ts';
import { testBrowser } from '../../../whatsapp-web/test-browser.ts';
import type { WhatsAppWeb } from '../../../whatsapp-web/whatsapp-web.ts';

/** Pids of the processes that name `text` in their command line. */
export const processesNaming = (text: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
      } catch {
        // It ended while we looked.
        return false;
      }
    });

export interface RealClient {
  readonly client: WhatsAppClient;
  readonly events: WhatsAppEvent[];
  readonly lines: string[];
  /** States in the order they were entered: a link is also told anew when only the account is known better (its name comes late). */
  states(): LinkState[];
  messages(): WhatsAppMessage[];
  reach(state: LinkState): Promise<void>;
  /** Waits until it has told of this cause, be it over again: a page that crashed may be back before anybody looks. */
  tell(reasonCode: string): Promise<void>;
  qr(): Promise<string>;
}

export const makeProfile = async (): Promise<{ directory: string; remove: () => Promise<void> }> => {
  const directory = await mkdtemp(join(tmpdir(), 'zap-fleet-profile-'));
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
};

/** A client with the real library and a real browser, on the stand-in. */
export const realClient = (
  web: WhatsAppWeb,
  profileDir: string,
  options: Partial<WppconnectClientOptions> = {},
): RealClient => {
  const lines: string[] = [];
  const write = (text: string): void => void lines.push(text);
  const client = createWppconnectClient({
    sessionName: 'test',
    profileDir,
    browser: testBrowser(web),
    whatsappVersion: '',
    log: { debug: write, info: write, warn: write, error: write },
    pollMs: 200,
    ...options,
  });
  const events: WhatsAppEvent[] = [];
  client.on((event) => events.push(event));
  return {
    client,
    events,
    lines,
    states: () => {
      const told = events.flatMap((event) => (event.type === 'link' ? [event.status] : []));
      return told.filter((status, index) => status.since !== told[index - 1]?.since).map((status) => status.state);
    },
    messages: () => events.flatMap((event) => (event.type === 'message' ? [event.message] : [])),
    reach: async (state) => {
      await until(() => client.status().state === state, { within: 15_000, what: `state ${state}` });
    },
    tell: async (reasonCode) => {
      await until(() => events.some((event) => event.type === 'link' && event.status.reasonCode === reasonCode), {
        what: `a status with ${reasonCode}`,
      });
    },
    qr: () =>
      until(() => events.flatMap((event) => (event.type === 'qr' ? [event.payload] : [])).at(-1), {
        within: 15_000,
        what: 'a QR',
      }),
  };
};

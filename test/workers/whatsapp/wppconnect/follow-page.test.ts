import { expect, test } from 'vitest';
import { type ClientCore, newLiveClient } from '../../../../workers/whatsapp/wppconnect/client-core.ts';
import { followPage, reloadPage } from '../../../../workers/whatsapp/wppconnect/follow-page.ts';
import { breakLink } from '../../../../workers/whatsapp/wppconnect/link-changes.ts';
import { noPage, type PageSnapshot } from '../../../../workers/whatsapp/wppconnect/link-state.ts';

/** What a look into the page does not say any more when something happened while it was being followed. */

const connected: PageSnapshot = {
  ...noPage,
  ready: true,
  hooked: true,
  registered: true,
  socket: 'CONNECTED',
  stream: 'MAIN',
  phone: '5511987650001',
  fence: { wall: null, clock: 0, isWhole: true },
  document: 1,
};

/** A client whose page is told of a new end of its right while it is looked at; `meanwhile` happens before that page answers. */
const followed = async (meanwhile: (core: ClientCore) => unknown): Promise<readonly string[]> => {
  const told: string[] = [];
  const live = { ...newLiveClient(), wasLinked: true, everConnected: true, pageSince: 1 };
  const core: ClientCore = {
    live,
    options: {},
    codes: { isPairing: () => false, hasQr: () => false, linked: () => undefined, pairingNews: () => undefined },
    hub: { emit: (event: { status: { state: string } }) => told.push(event.status.state) },
    log: { debug: () => undefined, warn: () => undefined },
    deadlines: { pageMs: 1000 },
    right: { left: () => 20_000 },
    watch: { stop: () => undefined, readPageSoon: () => undefined },
    remedies: { reload: () => new Promise(() => undefined) },
    attached: () => ({
      page: {
        evaluate: async () => {
          await meanwhile(core);
          throw new Error('Target closed');
        },
      },
    }),
  } as unknown as ClientCore;
  Object.assign(live, { client: {}, library: { fenceDocuments: async () => undefined } });

  await followPage(core, connected);
  return told;
};

test('a look that nothing came between says what it saw', async () => {
  expect(await followed(() => undefined)).toEqual(['connected']);
});

test('a page that crashed meanwhile stays offline until it is loaded again', async () => {
  const crashed = (core: ClientCore): void => void reloadPage(core, 'page-crashed', 'WhatsApp Web crashed');
  expect(await followed(crashed)).toEqual(['offline']);
});

test('a browser that ended meanwhile stays broken', async () => {
  expect(await followed((core) => breakLink(core, 'browser-exited', 'the browser ended by itself'))).toEqual([
    'broken',
  ]);
});

test('a client that is being closed meanwhile tells nothing more', async () => {
  const closing = ({ live }: ClientCore): void => {
    live.closing = Promise.resolve();
  };
  expect(await followed(closing)).toEqual([]);
});

import { messageOf } from '../../../src/session/fleet-error.ts';
import { type ClientCore, isAlive } from './client-core.ts';
import { fencePage } from './fence-page.ts';
import { breakLink, enterLinkState } from './link-changes.ts';
import { judgeLink, type PageSnapshot } from './link-state.ts';
import { takeQr } from './login.ts';
import { markLinked } from './profile.ts';

/** How long a page may be without wa-js and the library's listeners before it is loaded again, ms. */
const defaultDeafMs = 45_000;

/** A whole code, `ref,staticPub,identityPub,advSecret`, not what stands there while it is made. */
const isQr = (text: string | null): text is string => text?.split(',').length === 4;

const markProfile = async (core: ClientCore): Promise<void> => {
  try {
    await markLinked(core.options.profileDir);
  } catch (error) {
    // Without the mark a logout while we are away shows a QR instead of LOGGED OUT: no reason to stop answering.
    core.log.warn(`the login profile cannot be marked: ${messageOf(error)}`);
  }
};

const followLogin = async (core: ClientCore, page: PageSnapshot): Promise<void> => {
  const { live, codes } = core;
  if (page.registered) {
    if (!live.wasLinked) await markProfile(core);
    live.wasLinked = true;
    live.codesWanted = false;
    codes.linked();
    return;
  }

  if (!page.ready) return;
  if (!live.isAskingForCode) codes.pairingNews(page.pairing);
  // The library tells of a QR too, and sooner; but its listeners may be lost, and a look never is.
  if (isQr(page.qr)) takeQr(core, page.qr);
};

/** wa-js or the library's listeners are not in the page (they can get lost when it reloads): load it again. */
const hearAgain = (core: ClientCore, page: PageSnapshot): void => {
  const { live } = core;
  const isDeaf = live.pageSince > 0 && !(page.ready && page.hooked);
  live.deafSince = isDeaf ? live.deafSince || Date.now() : 0;
  if (!isDeaf || Date.now() - live.deafSince < (core.options.deafMs ?? defaultDeafMs)) return;

  live.deafSince = 0;
  void reloadPage(core, 'page-deaf', 'WhatsApp Web did not take our listeners');
};

/** Loads the page again, so often as the remedies allow; after that the link is broken. */
export const reloadPage = async (core: ClientCore, reasonCode: string, reason: string): Promise<void> => {
  const { live } = core;
  const { client } = live;
  if (!client || !isAlive(live) || live.isReloading) return;

  live.isReloading = true;
  const state = live.wasLinked ? 'offline' : 'starting';
  enterLinkState(core, { state, reasonCode, reason: `${reason} and is loaded again` }, null);
  const isLoaded = await core.remedies.reload(client, reason);
  live.isReloading = false;

  if (isLoaded) core.watch.readPageSoon();
  else breakLink(core, reasonCode, `${reason} and could not be loaded again`);
};

/** What a look into the page means: login, state of the link, and the remedies that it asks for. */
export const followPage = async (core: ClientCore, page: PageSnapshot): Promise<void> => {
  const { live, codes } = core;
  if (!isAlive(live)) return;
  if (page.ready && live.pageSince === 0) live.pageSince = Date.now();
  if (page.document !== null) live.document = page.document;
  await fencePage(core, page.fence);
  await followLogin(core, page);
  // Page or browser went away meanwhile, and who noticed has said so: what this look saw would put a green light over it.
  if (!isAlive(live) || live.isReloading) return;

  const judged = judgeLink(page, {
    wasLinked: live.wasLinked,
    everConnected: live.everConnected,
    codesWanted: live.codesWanted,
    pairing: codes.isPairing(),
    hasCode: codes.hasQr(),
    runsForMs: live.pageSince === 0 ? 0 : Date.now() - live.pageSince,
  });
  if (judged.state === 'connected') live.everConnected = true;
  if (judged.state === 'logged_out') live.everConnected = false;
  enterLinkState(core, judged, page);

  hearAgain(core, page);
  if (judged.reasonCode === 'conflict') void core.remedies.takeOver(core.attached().client);
};

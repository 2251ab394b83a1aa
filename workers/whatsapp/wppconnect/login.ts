import { setTimeout as sleep } from 'node:timers/promises';
import { FleetError, messageOf } from '../../../src/session/fleet-error.ts';
import { type ClientCore, isAlive } from './client-core.ts';
import { closeClient } from './close-client.ts';
import { logOutInPage, pairInPage, refreshCodesInPage } from './page-calls.ts';
import { withPageDeadline } from './page-deadline.ts';
import { unmarkLinked } from './profile.ts';

/** A QR came, from the library or by a look: shown at once, or by the look that finds the page waiting for a scan. */
export const takeQr = (core: ClientCore, payload: string): void => {
  const { live, codes } = core;
  if (live.closing) return;

  codes.qrCame(payload);
  if (live.status.state === 'qr') codes.show();
  else core.watch.readPageSoon();
};

const wantCodes = async (core: ClientCore, phone: string | null): Promise<void> => {
  const { live } = core;
  if (live.account) throw new FleetError('refused-by-state', 'this session is linked to a phone: log it out first');

  live.codesWanted = true;
  live.wasLinked = false;
  core.codes.restart(phone);
  await unmarkLinked(core.options.profileDir);
};

/** Fresh QR codes, after a logout or a QR that went idle. */
export const askForCodes = async (core: ClientCore): Promise<void> => {
  const { live, codes, deadlines } = core;
  const { page } = core.attached();
  await wantCodes(core, null);

  const isFresh = codes.isFresh();
  if (!isFresh) {
    codes.dropQr();
    // Resolves with the next code, which comes only when the socket is back: the event tells of it, not this call.
    withPageDeadline(page.evaluate(refreshCodesInPage), deadlines.pageMs, 'new codes').catch((error: unknown) =>
      core.log.debug(`asking for new codes: ${messageOf(error)}`),
    );
  }

  const isShownAlready = live.status.state === 'qr';
  await core.watch.readPage();
  if (isFresh && isShownAlready) codes.show();
};

/** A pairing code for this number instead of a QR. */
export const pairByCode = async (core: ClientCore, phone: string): Promise<void> => {
  const { live, deadlines } = core;
  if (!/^\d{8,15}$/.test(phone)) {
    throw new FleetError('usage', 'a phone number is 8 to 15 digits with country code, e.g. 5511987654321');
  }
  const { page } = core.attached();
  await wantCodes(core, phone);

  live.isAskingForCode = true;
  try {
    await withPageDeadline(page.evaluate(pairInPage, phone), deadlines.pageMs * 3, 'the pairing code');
  } catch (error) {
    core.codes.restart(null);
    throw new FleetError('unavailable', `WhatsApp gives no pairing code: ${messageOf(error)}`, { cause: error });
  } finally {
    live.isAskingForCode = false;
  }
  await core.watch.readPage();
};

/** What WhatsApp itself says of the device, asked until it says that it is gone or the deadline of a look is over. */
const becomesUnlinked = async ({ live, watch, deadlines }: ClientCore): Promise<boolean> => {
  const until = Date.now() + deadlines.pageMs;
  while (isAlive(live) && live.status.state !== 'logged_out' && Date.now() < until) {
    await watch.readPage();
    await sleep(100);
  }
  return live.status.state === 'logged_out';
};

const unlink = async (core: ClientCore): Promise<void> => {
  const { page } = core.attached();
  try {
    await withPageDeadline(page.evaluate(logOutInPage), core.deadlines.pageMs * 2, 'the logout');
  } catch (error) {
    // A page that unlinks its device loads anew, at times before it has answered. One that is silent has had its time.
    if (error instanceof FleetError || !(await becomesUnlinked(core))) throw error;
  }
};

/** Unlinks this device on WhatsApp's side, then closes, which it does in any case. */
export const logOut = async (core: ClientCore): Promise<void> => {
  try {
    await unlink(core);
    await unmarkLinked(core.options.profileDir);
  } catch (error) {
    throw new FleetError(
      'unavailable',
      `the phone was not unlinked: remove the device on the phone (${messageOf(error)})`,
      { cause: error },
    );
  } finally {
    await closeClient(core, 4_000);
  }
};

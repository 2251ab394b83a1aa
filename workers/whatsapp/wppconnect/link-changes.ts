import { type ClientCore, isAlive } from './client-core.ts';
import { accountOf, type Judgement, type PageSnapshot, sameAccount } from './link-state.ts';

/** Takes a state over and tells of it when it is another one; `page` null: the account stays as it is. */
export const enterLinkState = (core: ClientCore, judged: Judgement, page: PageSnapshot | null): void => {
  const { live } = core;
  const account = page === null || !page.ready ? live.account : accountOf(page);
  const isSameState = judged.state === live.status.state && judged.reasonCode === live.status.reasonCode;
  if (isSameState && sameAccount(account, live.account)) return;

  live.account = account;
  live.status = isSameState ? live.status : { ...judged, since: Date.now() };
  core.hub.emit({ type: 'link', status: live.status, account });
  if (!isSameState && judged.state === 'qr') core.codes.show();
};

/** Page or browser are gone for good: only `close` helps. */
export const breakLink = (core: ClientCore, reasonCode: string, reason: string): void => {
  if (!isAlive(core.live)) return;
  enterLinkState(core, { state: 'broken', reasonCode, reason }, null);
  core.watch.stop();
};

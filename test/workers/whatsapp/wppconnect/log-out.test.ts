import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { FleetError } from '../../../../src/session/fleet-error.ts';
import { type ClientCore, newLiveClient } from '../../../../workers/whatsapp/wppconnect/client-core.ts';
import { logOut } from '../../../../workers/whatsapp/wppconnect/login.ts';
import { markLinked, wasLinked } from '../../../../workers/whatsapp/wppconnect/profile.ts';
import { makeProfile } from './real-client.ts';

/** A logout whose page does not answer: what WhatsApp says afterwards decides whether the phone is unlinked. */

const navigated = new Error('Execution context was destroyed, most likely because of a navigation.');

const loggedOut = async (failure: Error, looks: readonly ClientCore['live']['status']['state'][]) => {
  const { directory } = await makeProfile();
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await markLinked(directory);
  const live = newLiveClient();
  const left = [...looks];
  let looked = 0;
  const core = {
    live: Object.assign(live, { status: { ...live.status, state: 'connected' } }),
    options: { profileDir: directory },
    deadlines: { pageMs: 1000 },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined },
    watch: {
      stop: () => undefined,
      readPage: async () => {
        looked += 1;
        live.status = { ...live.status, state: left.shift() ?? live.status.state };
      },
    },
    attached: () => ({ page: { evaluate: () => Promise.reject(failure) } }),
  } as unknown as ClientCore;

  const problem = await logOut(core).then(
    () => null,
    (error: unknown) => error,
  );
  expect(live.closing).not.toBeNull();
  expect(existsSync(directory)).toBe(true);
  return { problem, isMarked: wasLinked(directory), looked };
};

test('a page that navigated because it is unlinked has unlinked the phone', async () => {
  expect(await loggedOut(navigated, ['offline', 'starting', 'logged_out'])).toEqual({
    problem: null,
    isMarked: false,
    looked: 3,
  });
});

test('a page that comes back linked has not, and says what to do', async () => {
  const { problem, isMarked } = await loggedOut(navigated, ['offline', 'connected']);
  expect(problem).toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/^the phone was not unlinked: remove the device on the phone \(/),
  });
  expect(isMarked).toBe(true);
});

test('a browser that ends meanwhile has not', async () => {
  const { problem, isMarked, looked } = await loggedOut(navigated, ['broken']);
  expect([problem instanceof FleetError, isMarked, looked]).toEqual([true, true, 1]);
});

test('one that was silent for its whole deadline is not waited for again', async () => {
  const { problem, looked } = await loggedOut(new FleetError('timeout', 'the logout took too long'), ['logged_out']);
  expect([problem instanceof FleetError, looked]).toEqual([true, 0]);
});

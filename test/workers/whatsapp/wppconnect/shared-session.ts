import { expect } from 'vitest';
import { until } from '../../../support/until.ts';
import { startWhatsAppWeb, type WhatsAppWeb } from '../../../whatsapp-web/whatsapp-web.ts';
import { makeProfile, processesNaming, type RealClient, realClient } from './real-client.ts';

/** One page, one profile and one client on it, which a whole file of cases shares: a launch costs more than a case. */

export const phone = '5511987654321';
export const customer = '5521912345678';
export const chatId = `${customer}@c.us`;

export let web: WhatsAppWeb;
export let profile: Awaited<ReturnType<typeof makeProfile>>;
export let session: RealClient;
/** What is left of the right to speak for the number, and what is said of it after a conflict. */
export const right = { leftMs: null as number | null, isOurs: true, asked: 0 };

export const open = async (options?: Parameters<typeof realClient>[2]): Promise<void> => {
  session = realClient(web, profile.directory, {
    ...options,
    right: {
      left: () => right.leftMs,
      confirm: async () => {
        right.asked += 1;
        return right.isOurs;
      },
    },
  });
  await session.client.open();
};
export const message = (text: string) =>
  until(() => session.messages().find((each) => each.text === text), { what: `the message "${text}"` });
export const sentTimes = async (messageId: string): Promise<number> =>
  (await web.sent({ phone })).filter((each) => each.messageId === messageId).length;

export const beginSession = async (): Promise<void> => {
  web = await startWhatsAppWeb({ syncMs: 400 });
  profile = await makeProfile();
  await open({ deafMs: 4_000 });
};

export const endSession = async (): Promise<void> => {
  await session.client.close(5_000);
  expect(processesNaming(profile.directory)).toEqual([]);
  await web.close();
  await profile.remove();
};

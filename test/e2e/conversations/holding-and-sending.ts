import { describe, expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { becomes, customer, ends, name, phone, row, run, say, set, web } from '../linked-bot.ts';
import { answered, arrivals } from './answers.ts';

/** What is held back, and what is sent exactly once. */
export const holdingAndSendingCases = (): void => {
  describe('holding', () => {
    test('outside opening hours: one away message a day, the answer at opening', async () => {
      const ana = customer();
      // Open on no weekday but today's opposite.
      const day = (new Date().getUTCDay() + 3) % 7;
      await set('timing_config.outsideHours', 'away');
      await set('timing_config.awayMessage', 'Estamos fechados.');
      await run('config', name, 'set', 'timing_config.openingHours', `[{"days":[${day}],"from":"08:00","to":"18:00"}]`);
      await say(ana, 'aberto?');
      await answered(ana, ['Estamos fechados.']);
      await say(ana, 'alô?');
      await ends(ana, /^held: outside opening hours/);
      await becomes('held messages', ({ heldMessages, opensAt }) => heldMessages === 2 && opensAt !== null);
      await run('config', name, 'set', 'timing_config.openingHours', 'null');
      await answered(ana, ['Estamos fechados.', 'echo: aberto?\nalô?']);
    });

    test('a cap on messages holds, and lifts when it is raised', async () => {
      const ana = customer();
      await set('timing_config.maxPerChatHour', 1);
      await say(ana, 'um');
      await answered(ana, ['echo: um']);
      await say(ana, 'dois');
      await ends(ana, /^held: timing_config.maxPerChatHour is reached/);
      await set('timing_config.maxPerChatHour', 60);
      await answered(ana, ['echo: um', 'echo: dois']);
    });
  });

  describe('sending', () => {
    test('a refused send is tried again under the same id and arrives once', async () => {
      const ana = customer();
      await web.refuseSends({ phone, count: 1 });
      await say(ana, 'recusada');
      await answered(ana, ['echo: recusada'], 30_000);
      expect((await arrivals(ana)).map((one) => one.outcome)).toEqual(['refused', 'delivered']);
      expect(new Set((await arrivals(ana)).map((one) => one.messageId)).size).toBe(1);
    });

    test('a send that is not confirmed, and the worker killed meanwhile: it arrives once', async () => {
      const ana = customer();
      await web.holdSends({ phone, count: 1 });
      await say(ana, 'no ar');
      await until(async () => (await arrivals(ana)).length === 1, { within: 20_000, what: 'the send that is held' });
      const { pid } = row();
      process.kill(pid ?? 0, 'SIGKILL');
      await becomes('a new worker, connected', (one) => one.pid !== pid && one.state === 'connected', 60_000);
      await web.releaseSends({ phone });
      await ends(ana, /^answered/, 40_000);
      await say(ana, 'depois');
      await answered(ana, ['echo: no ar', 'echo: depois']);
    });
  });
};

import type { NewInbound } from './phone-record.ts';
import type { Script } from './scenario.ts';
import type { SeededRandom } from './seeded-random.ts';
import { type Customer, customerText, makeCustomer } from './texts.ts';
import type { Timers } from './timers.ts';

/** Customers who write by themselves, from the first call of `start` on. */
export const createPhoneTraffic = (options: {
  readonly script: Script;
  readonly customers: SeededRandom;
  readonly random: SeededRandom;
  readonly timers: Timers;
  readonly deliver: (message: NewInbound) => void;
}): { start(): void } => {
  const { script, random, timers } = options;
  const everyMs = script.messageEveryMs;
  const customers: Customer[] = Array.from({ length: script.customers }, (_, index) =>
    makeCustomer(options.customers, index),
  );
  const [first, ...others] = customers;
  let started = false;

  const write = (customer: Customer, left: number, isFirst: boolean): void => {
    const { chatId, phone, name } = customer;
    options.deliver({ chatId, phone, pushName: name, text: customerText(random, isFirst) });
    if (left > 1) timers.after(random.between(script.burstGapMs), () => write(customer, left - 1, false));
  };
  const next = (): void => {
    if (everyMs === null || first === undefined) return;
    timers.after(random.between(everyMs), () => {
      write(random.pick([first, ...others]), random.between(script.burst), true);
      next();
    });
  };
  return {
    start: () => {
      if (started) return;
      started = true;
      next();
    },
  };
};

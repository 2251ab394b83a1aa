import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProbeLook } from '../../src/protocol/probe.ts';
import type { ChatRow } from '../../src/session/records.ts';
import { becomes, beginFleet, door, endFleet, fleet, openai, openDoor, plainTiming, run, web } from './linked-bot.ts';

/**
 * A mystery customer between two sessions with the unmodified wppconnect in real Chromiums: what one sends arrives at the other with
 * its id, the question under a number and the answer under a LID.
 */

const phones = { matriz: '5511987650001', padaria: '5511987654321' } as const;
const lids = { matriz: '111111111111111', padaria: '222222222222222' } as const;
type Name = keyof typeof phones;
const names = Object.keys(phones) as Name[];

let carrying = true;
let carrier: Promise<void> = Promise.resolve();

/** WhatsApp between the two: whatever was delivered to the other one's number is told there. */
const carry = async (): Promise<void> => {
  const carried = new Set<string>();
  while (carrying) {
    for (const name of names) {
      const other: Name = name === 'matriz' ? 'padaria' : 'matriz';
      for (const { id, chatId, text, outcome } of await web.sent({ phone: phones[name] })) {
        const isTo = chatId === `${phones[other]}@c.us` || chatId === `${lids[other]}@lid`;
        if (!isTo || outcome !== 'delivered' || carried.has(id)) continue;
        carried.add(id);
        await web.deliver({
          phone: phones[other],
          from: phones[name],
          lid: lids[name],
          under: name === 'matriz' ? 'number' : 'lid',
          text,
          id: id.split('_').at(-1) ?? id,
        });
      }
    }
    await new Promise((done) => setTimeout(done, 100));
  }
};

beforeAll(async () => {
  await beginFleet();
  for (const name of names) await run('create', name, '--ai', name === 'padaria' ? 'openai' : 'none', '--start');
  await openDoor();
  for (const name of names) {
    const { payload } = await fleet.json<{ payload: string }>('qr', name);
    await web.scan({ code: payload, phone: phones[name], name });
    await becomes('connected', ({ state }) => state === 'connected', 60_000, name);
    for (const [key, value] of Object.entries(plainTiming))
      await door.request('setConfig', { name, key: `timing_config.${key}`, value, actor: 'test' });
  }
  carrier = carry();
}, 240_000);
afterAll(async () => {
  carrying = false;
  await carrier;
  await endFleet();
}, 60_000);

test('a question goes out and comes in by wppconnect, and proves the AI behind it; nobody answers the answer', async () => {
  await run('probe', 'set', 'padaria', '--from', 'matriz', '--say', 'Vocês abrem hoje?', '--expect', 'abrem hoje');
  const first = await fleet.json<ProbeLook>('probe', 'padaria');
  expect(first).toMatchObject({ outcome: 'ok', code: null, from: 'matriz' });
  expect(await fleet.json<ProbeLook>('probe', 'padaria')).toMatchObject({ outcome: 'ok' });

  expect((await web.sent({ phone: phones.matriz })).map(({ text }) => text)).toEqual(
    Array(2).fill('Vocês abrem hoje?'),
  );
  expect(await web.sent({ phone: phones.padaria })).toHaveLength(2);
  // The second question is somebody's first, too.
  const requests = openai.requests.map(({ body }) => JSON.stringify(body));
  expect(requests).toHaveLength(2);
  expect(requests[1]?.split('Vocês abrem hoje?')).toHaveLength(2);

  for (const name of names) {
    const chats = await fleet.json<ChatRow[]>('chats', name);
    expect(chats.map(({ probe }) => probe)).toEqual([true]);
  }
  expect((await fleet.json<{ costTodayUsd: number }[]>('ls')).map(({ costTodayUsd }) => costTodayUsd)).toEqual([0, 0]);
}, 240_000);

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProbeLine, ProbeLook, ProbeLoop } from '../../src/protocol/probe.ts';
import type { ChatRow } from '../../src/session/records.ts';
import { controlPhone } from '../../workers/whatsapp/simulated/control.ts';
import { openPhoneRecord } from '../../workers/whatsapp/simulated/phone-record.ts';
import { type BuiltFleet, builtFleet } from '../support/built-fleet.ts';

/** A mystery customer between two real workers of the built program: set, asked, answered, counted nowhere. */

const phones = { matriz: '5511987650001', padaria: '5511987650002' } as const;
type Name = keyof typeof phones;
const names = Object.keys(phones) as Name[];

let fleet: BuiltFleet;

const ask = async (name: Name, request: Parameters<Awaited<ReturnType<typeof controlPhone>>['ask']>[0]) => {
  const phone = await controlPhone(join(fleet.paths.tokens, name));
  try {
    await phone.ask(request);
  } finally {
    phone.close();
  }
};
const sentBy = (name: Name): readonly string[] => {
  const record = openPhoneRecord(join(fleet.paths.tokens, name));
  try {
    return record.sent().map(({ text }) => text);
  } finally {
    record.close();
  }
};

beforeAll(async () => {
  fleet = builtFleet();
  for (const name of names) {
    mkdirSync(join(fleet.paths.tokens, name), { recursive: true, mode: 0o700 });
    writeFileSync(join(fleet.paths.tokens, name, 'simulated.json'), '{"scenario":"manual"}');
    expect((await fleet.run('create', name, '--engine', 'simulated', '--ai', 'echo')).code).toBe(0);
    await fleet.run('config', name, 'set', 'timing_config.quietMs', '200');
    await fleet.run('config', name, 'set', 'timing_config.readingDelayMs', '0');
    expect((await fleet.run('start', name)).code).toBe(0);
    await fleet.becomes(name, 'qr');
    await ask(name, { do: 'scan', phone: phones[name] });
    await fleet.becomes(name, 'connected');
  }
}, 180_000);
afterAll(() => fleet.end(), 60_000);

test('what cannot be asked is refused in one line each, with the exit code of its kind', async () => {
  await fleet.run('create', 'loja-real', '--ai', 'echo');
  const refused = async (...args: string[]): Promise<readonly [number, string]> => {
    const { code, stderr } = await fleet.run('probe', ...args);
    return [code, stderr.trim().split('\n').at(-1) ?? ''];
  };

  expect(await refused('set', 'padaria')).toEqual([2, expect.stringMatching(/--from.*probe padaria --loop/)]);
  expect(await refused('set', 'padaria', '--from', 'padaria')).toEqual([2, expect.stringMatching(/cannot ask itself/)]);
  expect(await refused('set', 'padaria', '--from', 'matris')).toEqual([
    3,
    expect.stringMatching(/no session "matris"/),
  ]);
  expect(await refused('set', 'padaria', '--from', 'loja-real')).toEqual([
    4,
    expect.stringMatching(/cannot write to each other/),
  ]);
  for (const [option, value] of [
    ['--every', '5m'],
    ['--every', 'often'],
    ['--hours', '25-26'],
    ['--say', '!pausar'],
    ['--say', 'x'.repeat(501)],
    ['--expect', '('],
    ['--expect', '(a+)+$'],
  ] as const)
    expect(
      await refused('set', 'padaria', '--from', 'matriz', option, value),
      `${option} ${value.slice(0, 9)}`,
    ).toEqual([2, expect.stringMatching(new RegExp(option))]);
  expect(await refused('padaria')).toEqual([4, expect.stringMatching(/nobody asks padaria/)]);

  await fleet.run('config', 'padaria', 'set', 'filters.deny', phones.matriz);
  expect(await refused('set', 'padaria', '--from', 'matriz')).toEqual([4, expect.stringMatching(/deny list/)]);
  await fleet.run('config', 'padaria', 'set', 'filters.deny', '');
}, 180_000);

test('a question goes out of one worker, is answered by the other, and counts nowhere', async () => {
  const said = ['--say', 'Vocês abrem hoje?', '--expect', 'ABREM|hora'];
  expect((await fleet.run('probe', 'set', 'padaria', '--from', 'matriz', '--every', '2h', ...said)).code).toBe(0);
  const run = await fleet.json<ProbeLook>('probe', 'padaria');
  expect(run).toMatchObject({ outcome: 'ok', from: 'matriz', asked: 'Vocês abrem hoje?', code: null });
  expect(run.answer.join(' ')).toContain('abrem hoje');

  expect(sentBy('matriz')).toEqual(['Vocês abrem hoje?']);
  expect(sentBy('padaria')).toEqual(run.answer);
  const [line] = await fleet.json<ProbeLine[]>('probe', 'ls', 'padaria');
  expect(line?.standing).toMatchObject({ from: 'matriz', lastOutcome: 'ok', failedInRow: 0, asksSince: null });
  expect(line?.standing.hours.at(-1)).toBe('i');

  const rows = await fleet.json<{ received: number; sent: number; waiting: number }[]>('ls');
  expect(rows.map(({ received, sent, waiting }) => [received, sent, waiting])).toEqual(rows.map(() => [0, 0, 0]));
  const chats = await fleet.json<ChatRow[]>('chats', 'padaria');
  expect(chats).toMatchObject([{ chatId: 'probe-from:matriz', name: 'probe', phone: null, probe: true }]);
}, 120_000);

test('a person with the same words is a customer, and a session that is silent is found out', async () => {
  await ask('padaria', { do: 'deliver', messages: [{ chatId: '5521912345678@c.us', text: 'Vocês abrem hoje?' }] });
  await fleet.sees(
    ({ sessions }) => sessions.some(({ name, receivedLastHour }) => name === 'padaria' && receivedLastHour === 1),
    {
      what: 'the customer to be counted',
    },
  );

  // One alone may be an accident; after the second nobody is taken to be answered.
  const states: string[] = [];
  for (const failures of [1, 2]) {
    const { code, stdout } = await fleet.run('probe', 'padaria', '--expect', 'fechad[oa]s', '--json');
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      expect.objectContaining({ outcome: 'failed', code: 'probe-unexpected' }),
    ]);
    const row = await fleet.sees(
      ({ sessions }) => sessions.find(({ name, probe }) => name === 'padaria' && probe?.failedInRow === failures),
      { what: `${failures} failures in a row` },
    );
    states.push(`${row.verdict} ${row.reasonCode}`);
  }
  expect(states).toEqual(['connected null', 'not_replying probe-failed']);

  expect(await fleet.json<ProbeLook>('probe', 'padaria')).toMatchObject({ outcome: 'ok' });
  await fleet.sees(
    ({ sessions }) => sessions.some(({ name, verdict }) => name === 'padaria' && verdict === 'connected'),
    {
      what: 'the verdict to be well again',
    },
  );
}, 120_000);

test('without a second session the whole chain but WhatsApp is proved, and leaves nothing behind', async () => {
  const before = sentBy('padaria');
  const loop = await fleet.json<ProbeLoop>('probe', 'padaria', '--loop', '--say', 'Tem pão de queijo?');
  expect(loop).toMatchObject({ outcome: 'ok', code: null });
  expect(loop.answer.join(' ')).toContain('pão de queijo');
  expect(sentBy('padaria')).toEqual(before);
  const chats = await fleet.json<ChatRow[]>('chats', 'padaria');
  expect(chats.map(({ lastText }) => lastText).join(' ')).not.toContain('pão de queijo');

  expect((await fleet.run('probe', 'off', 'padaria')).code).toBe(0);
  expect(await fleet.json<ProbeLine[]>('probe', 'ls')).toEqual([]);
}, 120_000);

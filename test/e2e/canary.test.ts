import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CanarySummary } from '../../src/session/canary.ts';
import { controlPhone } from '../../workers/whatsapp/simulated/control.ts';
import { openPhoneRecord } from '../../workers/whatsapp/simulated/phone-record.ts';
import { startOpenAiService } from '../ai-services/openai-service.ts';
import type { AiService } from '../ai-services/script.ts';
import { type BuiltFleet, builtFleet } from '../support/built-fleet.ts';
import { until } from '../support/until.ts';

/**
 * A canary through master and worker of the built program: both sides get their own instructions, it is rolled back, and promoted. Then a proposal
 * of the AI in the same fleet, over the death of its master.
 */

const name = 'padaria';
const chats = Array.from({ length: 24 }, (_, n) => `55119${81_000_010 + n}@c.us`);

let fleet: BuiltFleet;
let ai: AiService;

/** Each chat asks something of its own in each round. */
const questionOf = (round: string, chat: number): string => `${round} ${100 + chat}`;
const deliver = async (round: string): Promise<void> => {
  const phone = await controlPhone(join(fleet.paths.tokens, name));
  try {
    const messages = chats.map((chatId, chat) => ({ chatId, text: questionOf(round, chat) }));
    await phone.ask({ do: 'deliver', messages });
  } finally {
    phone.close();
  }
};
const sent = (): readonly string[] => {
  const record = openPhoneRecord(join(fleet.paths.tokens, name));
  try {
    return record.sent().map(({ chatId, text }) => `${chatId} ${text}`);
  } finally {
    record.close();
  }
};

/** By which instructions the service was asked for each chat, once all of them have their answer, each one. */
const sidesIn = async (round: string): Promise<readonly string[]> => {
  await deliver(round);
  const wanted = chats.map((chatId, chat) => `${chatId} echo: ${questionOf(round, chat)}`);
  await until(() => wanted.every((line) => sent().includes(line)), { within: 90_000, what: `all answers to ${round}` });
  expect(sent().filter((line) => line.includes(` ${round} `))).toHaveLength(chats.length);

  const asked = ai.requests.map(({ body }) => {
    const { instructions = '', input } = body as { instructions?: string; input: readonly { content: unknown }[] };
    return { side: /NEW|PUBLISHED/.exec(instructions)?.[0] ?? '-', text: JSON.stringify(input.at(-1)?.content) };
  });
  return chats.map((_, chat) => asked.findLast(({ text }) => text.includes(questionOf(round, chat)))?.side ?? '-');
};
const put = (file: string, text: string): string => {
  const path = join(fleet.home, file);
  writeFileSync(path, text);
  return path;
};

beforeAll(async () => {
  ai = await startOpenAiService(0);
  fleet = builtFleet({ OPENAI_KEY: 'sk-test', OPENAI_BASE_URL: ai.baseUrl });
  mkdirSync(join(fleet.paths.tokens, name), { recursive: true, mode: 0o700 });
  writeFileSync(join(fleet.paths.tokens, name, 'simulated.json'), '{"scenario":"manual"}');
  expect((await fleet.run('create', name, '--engine', 'simulated', '--ai', 'openai')).code).toBe(0);
  for (const [key, value] of [
    ['quietMs', '200'],
    ['readingDelayMs', '0'],
    ['typing', 'false'],
  ] as const)
    await fleet.run('config', name, 'set', `timing_config.${key}`, value);
  expect((await fleet.run('prompt', name, 'PUBLISHED')).code).toBe(0);
  expect((await fleet.run('start', name)).code).toBe(0);
  await fleet.becomes(name, 'qr');
  const phone = await controlPhone(join(fleet.paths.tokens, name));
  await phone.ask({ do: 'scan', phone: '5511987650001' });
  phone.close();
  await fleet.becomes(name, 'connected');
}, 180_000);
afterAll(async () => {
  await fleet.end();
  await ai.close();
}, 60_000);

const figuresOf = async (): Promise<CanarySummary> => {
  const canary = await fleet.json<CanarySummary | null>('canary', name);
  if (canary === null) throw new Error('there is one');
  return canary;
};
const promptOf = async (): Promise<string> => (await fleet.run('prompt', name)).stdout.trim();

test('what cannot be tried or decided is refused in one line, with the exit code of its kind', async () => {
  const refused = async (...args: string[]): Promise<readonly [number, string]> => {
    const { code, stderr } = await fleet.run('canary', ...args);
    return [code, stderr.trim().split('\n').at(-1) ?? ''];
  };
  const file = put('any.txt', 'any');

  expect(await refused('padariax', '--instructions', file)).toEqual([
    3,
    expect.stringMatching(/no session "padariax"/),
  ]);
  for (const share of ['0', '100%', 'abc'])
    expect(await refused(name, '--instructions', file, '--share', share)).toEqual([
      2,
      expect.stringMatching(/1 to 99 percent/),
    ]);
  for (const time of ['0h', '31d', 'soon'])
    expect(await refused(name, '--instructions', file, '--for', time)).toEqual([
      2,
      expect.stringMatching(/one minute to 30 days/),
    ]);
  expect(await refused(name, '--instructions', file, '--roll-back-on', 'bad<3')).toEqual([
    2,
    expect.stringMatching(/"bad<3" is no rule. What can be read: silent/),
  ]);
  expect(await refused(name, '--prompt-version', '9')).toEqual([2, expect.stringMatching(/no version 9/)]);
  expect(await refused('--label', 'lojas', '--instructions', file)).toEqual([
    2,
    expect.stringMatching(/--session NAME/),
  ]);
  expect(await refused(name, '--promote')).toEqual([4, expect.stringMatching(/no canary of padaria runs/)]);
  expect(await refused(name, '--promote', '--roll-back')).toEqual([2, expect.stringMatching(/not both/)]);
}, 120_000);

test('half of the chats get the new instructions and keep them, also of a worker that dies; rolled back all are as before', async () => {
  expect(new Set(await sidesIn('antes'))).toEqual(new Set(['PUBLISHED']));
  const begun = await fleet.run(
    'canary',
    name,
    '--instructions',
    put('new.txt', 'NEW'),
    '--share',
    '50%',
    '--for',
    '1h',
  );
  expect([begun.code, begun.stdout]).toEqual([0, expect.stringMatching(/50% of the chats: instructions v2 beside v1/)]);

  const sides = await sidesIn('durante');
  expect(new Set(sides)).toEqual(new Set(['NEW', 'PUBLISHED']));
  const { pid } = await fleet.row(name);
  process.kill(pid ?? 0, 'SIGKILL');
  await fleet.sees(({ sessions }) => sessions.some((row) => row.state === 'connected' && row.pid !== pid), {
    what: 'another worker',
  });
  expect(await sidesIn('depois')).toEqual(sides);

  const { figures, state } = await figuresOf();
  const tried = sides.filter((side) => side === 'NEW').length;
  expect(state).toBe('running');
  expect(figures.canary).toMatchObject({ chats: tried, turns: 2 * tried, answered: 2 * tried, silent: 0 });
  expect(figures.control).toMatchObject({ chats: chats.length - tried, answered: 2 * (chats.length - tried) });
  expect(await promptOf()).toBe('PUBLISHED');

  expect((await fleet.run('canary', name, '--roll-back')).code).toBe(0);
  expect(new Set(await sidesIn('desfeito'))).toEqual(new Set(['PUBLISHED']));
  expect(await promptOf()).toBe('PUBLISHED');
  expect((await fleet.run('canary', name, '--roll-back')).code).toBe(4);
}, 300_000);

test('promoted it is for everybody', async () => {
  expect((await fleet.run('canary', name, '--instructions', join(fleet.home, 'new.txt'), '--share', '30%')).code).toBe(
    0,
  );
  const promoted = await fleet.run('canary', name, '--promote');
  expect([promoted.code, promoted.stdout]).toEqual([0, expect.stringMatching(/promoted, instructions version 3/)]);
  expect(new Set(await sidesIn('promovido'))).toEqual(new Set(['NEW']));
  expect(await promptOf()).toBe('NEW');
}, 180_000);

test('a proposal is made, rehearsed and published, over the death of its master; until then nobody is sent anything of it', async () => {
  const taken = chats.slice(0, 2);
  const phone = await controlPhone(join(fleet.paths.tokens, name));
  await phone.ask({
    do: 'deliver',
    // Each in its own words: the same ones in two chats within two seconds of a message may be an automatic greeting.
    messages: taken.map((chatId, chat) => ({ chatId, text: `Diga que abrimos aos domingos, ${chat}`, fromMe: true })),
  });
  phone.close();
  await until(async () => (await fleet.json<{ lessons: unknown[] }>('lessons', name)).lessons.length === taken.length, {
    what: 'two lessons',
  });
  const before = sent();
  const proposals = () => ai.requests.filter(({ body }) => JSON.stringify(body).includes('propose_edits'));
  ai.script({ kind: 'hang' });
  const asked = fleet.run('propose', name, '--yes');
  await until(() => proposals().length === 1, { within: 60_000, what: 'the AI to be asked' });
  const edits = [{ find: 'NEW', replace: 'NEW. Abra aos domingos.', reason: 'o dono disse', lessons: [1] }];
  ai.script({ kind: 'tool', name: 'propose_edits', arguments: JSON.stringify({ edits }) });
  const { pid } = await fleet.json<{ pid: number }>('master', 'status');
  process.kill(pid, 'SIGKILL');

  const { code, stdout } = await asked;
  expect([code, stdout]).toEqual([0, expect.stringMatching(/\+ NEW\. Abra aos domingos\./)]);
  expect(stdout).toMatch(/\d\d asked: /);
  expect(proposals()).toHaveLength(2);
  expect(sent()).toEqual(before);
  expect(await promptOf()).toBe('NEW');

  const published = await fleet.run('propose', name, '--publish');
  expect([published.code, published.stdout]).toEqual([
    0,
    expect.stringMatching(/is version 4 of the instructions now/),
  ]);
  expect(await promptOf()).toBe('NEW. Abra aos domingos.');
  const again = await controlPhone(join(fleet.paths.tokens, name));
  await again.ask({ do: 'deliver', messages: [{ chatId: chats[7] ?? '', text: 'e domingo 777?' }] });
  again.close();
  await until(() => sent().length > before.length, { within: 60_000, what: 'the answer by it' });
  expect(JSON.stringify(ai.requests.at(-1)?.body)).toContain('Abra aos domingos');
}, 240_000);

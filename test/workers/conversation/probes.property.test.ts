import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSeededRandom } from '../../../workers/whatsapp/simulated/seeded-random.ts';
import { figuresOf } from '../../store/store-figures.ts';
import { answer, plainConfig } from './pipeline-support.ts';
import { createProbeWorld, type ProbeWorld } from './probe-world.ts';

/**
 * The promise: no probe reaches a figure, and no probe gets the answer of another. The same customers, owners, faults of the AI and deaths
 * of workers are played with mystery customers beside them and without; what the store says of both sessions has to be the same.
 *
 * PROBE_RUNS raises the number of worlds, PROBE_SEED chooses the first; a failure names its seed.
 */

const runs = Number(process.env['PROBE_RUNS'] ?? 15);
const firstSeed = Number(process.env['PROBE_SEED'] ?? 20_261_129);

interface Act {
  readonly what: 'customer' | 'owner' | 'wait' | 'dies' | 'away' | 'probe';
  readonly side: 0 | 1;
  readonly who: number;
  readonly seconds: number;
  readonly n: number;
}

const actsOf = (seed: number): readonly Act[] => {
  const random = createSeededRandom(seed);
  const whats = [
    'customer',
    'customer',
    'customer',
    'owner',
    'wait',
    'dies',
    'away',
    'probe',
    'probe',
    'probe',
  ] as const;
  return Array.from({ length: 22 }, (_, n) => ({
    what: random.pick(whats),
    side: random.next() < 0.5 ? 0 : 1,
    who: random.between([1, 3]),
    seconds: random.pick([1, 4, 20, 45]),
    n,
  }));
};

/** An answer names its question, so that one that went astray is seen. Some questions get none, at the first try or at all. */
const answering = (asked: ProbeWorld['asked']): void => {
  asked.ai.script = [
    ({ text }) => {
      if (/pergunta \d*3\b/.test(text))
        return { kind: 'no-answer', code: 'empty', reason: 'nothing', usage: { inputTokens: 3, outputTokens: 0 } };
      return answer(`resposta a: ${text}. E mais uma frase que enche a parte toda dela.`);
    },
  ];
};

const play = async (seed: number, withProbes: boolean, directory: string) => {
  const config = plainConfig();
  const addresses = createSeededRandom(seed + 1);
  const world = createProbeWorld({
    directory,
    config: {
      ...config,
      timing: { ...config.timing, quietMs: 4000, maxWaitMs: 9000, maxPerHour: 1000, partLength: 40 },
    },
    address: ({ phone, lid }) => (addresses.next() < 0.5 ? `${phone}@c.us` : lid),
  });
  const sides = [world.asks, world.asked] as const;
  for (const side of sides) answering(side);
  let asked = 0;

  for (const { what, side: index, who, seconds, n } of actsOf(seed)) {
    const side = sides[index];
    const other = sides[index === 0 ? 1 : 0];
    const phone = `551191111000${who}`;
    if (what === 'customer') side.customer(`pergunta ${n}`, phone, { id: `false_${phone}@c.us_C${n}` });
    if (what === 'owner') side.customer(`dono digita ${n}`, phone, { fromMe: true, id: `true_${phone}@c.us_W${n}` });
    if (what === 'dies') side.restart();
    if (what === 'away') side.setConnected(false);
    if (
      what === 'probe' &&
      withProbes &&
      !world.store.probes.openRuns().some(({ sessionId }) => sessionId === other.session.id)
    ) {
      world.begin(side, other, `sonda ${n}`, `resposta a: sonda ${n}[.]`);
      asked += 1;
    }
    await world.pass(seconds);
    if (what === 'away') side.setConnected(true);
  }
  await world.pass(200);

  const now = world.clock.now();
  const figures = [];
  for (const { session, totals } of sides) figures.push(await figuresOf(world.store, session, totals, now));
  const requests = sides.flatMap(({ ai }) => ai.requests);
  const pending = sides.map(({ session }) => world.store.messages.chatsWithPending(session.id));
  const sent = sides.flatMap(({ whatsapp }) => whatsapp.sent);
  world.close();
  return { figures, asked, ended: world.ended, requests, pending, sent };
};

test(`no probe reaches a figure, and none gets the answer of another, in ${runs} random worlds`, {
  timeout: 300_000,
}, async () => {
  const root = mkdtempSync(join(tmpdir(), 'zf-probes-'));
  let asked = 0;
  let proved = 0;
  try {
    for (let run = 0; run < runs; run += 1) {
      const seed = firstSeed + run;
      const without = await play(seed, false, mkdtempSync(join(root, 'a')));
      const beside = await play(seed, true, mkdtempSync(join(root, 'b')));
      expect(beside.figures, `seed ${seed}`).toEqual(without.figures);

      asked += beside.asked;
      proved += beside.ended.filter(({ outcome }) => outcome === 'ok').length;
      expect(beside.ended, `seed ${seed}`).toHaveLength(beside.asked);
      // An answer of another question would be one that was not expected.
      expect(
        beside.ended.filter(({ code }) => code === 'probe-unexpected'),
        `seed ${seed}`,
      ).toEqual([]);
      expect(beside.pending, `seed ${seed}`).toEqual([[], []]);
      // No bot answers what answers a probe, and nothing of one is remembered.
      expect(
        beside.requests.filter(({ text }) => /resposta a: sonda/.test(text)),
        `seed ${seed}`,
      ).toEqual([]);
      expect(
        beside.requests.filter(
          ({ history, text }) =>
            history.some((item) => /sonda/.test(item.text)) || (/sonda/.test(text) && history.length > 0),
        ),
        `seed ${seed}`,
      ).toEqual([]);
      const questions = beside.sent.filter(({ text }) => /^sonda/.test(text)).map(({ text }) => text);
      expect(new Set(questions).size, `seed ${seed}`).toBe(questions.length);
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  console.log(`seeds from ${firstSeed}, ${runs} worlds: ${asked} questions, ${proved} proved`);
  // Worlds in which nothing is asked prove nothing.
  expect(asked).toBeGreaterThan(runs * 2);
  expect(proved).toBeGreaterThan(asked / 2);
});

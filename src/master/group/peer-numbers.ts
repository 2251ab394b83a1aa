import { z } from 'zod';
import type { EpochMs } from '../../session/units.ts';
import type { MetaStore } from '../../store/meta-store.ts';

/** Nodes that a person lists have 1 to 200. */
const firstNumber = 201;
const lastNumber = 999;
const metaKey = 'peer_numbers';

const kept = z.record(z.string(), z.object({ number: z.number(), seen: z.number() }));

const readKept = (text: string | null): Record<string, { number: number; seen: EpochMs }> => {
  if (text === null) return {};
  try {
    return kept.parse(JSON.parse(text));
  } catch (error) {
    // Damaged: at worst somebody looks up a draft's number anew.
    if (error instanceof SyntaxError || error instanceof z.ZodError) return {};
    throw error;
  }
};

/**
 * What each server that was found carries behind the point of its drafts' and incidents' numbers: the same in every dashboard and command of
 * this machine, also after a restart. When all are given, the one that was not seen for longest loses its own.
 */
export const createPeerNumbers = (meta: MetaStore, now: () => EpochMs) => {
  const known = readKept(meta.get(metaKey));

  const free = (): number => {
    const taken = new Set(Object.values(known).map(({ number }) => number));
    for (let number = firstNumber; number <= lastNumber; number += 1) if (!taken.has(number)) return number;

    const [oldest] = Object.entries(known).sort(([, a], [, b]) => a.seen - b.seen);
    if (oldest === undefined) return firstNumber;
    delete known[oldest[0]];
    return oldest[1].number;
  };

  /** Of all that are there now: those are never taken away from each other. */
  return (keys: readonly string[]): ReadonlyMap<string, number> => {
    const before = JSON.stringify(known, (name, value: unknown) => (name === 'seen' ? undefined : value));
    for (const key of keys) {
      const one = known[key];
      if (one !== undefined) one.seen = now();
    }
    const numbers = new Map(
      keys.map((key) => {
        known[key] ??= { number: free(), seen: now() };
        return [key, known[key].number] as const;
      }),
    );
    const after = JSON.stringify(known, (name, value: unknown) => (name === 'seen' ? undefined : value));
    if (after !== before) meta.set(metaKey, JSON.stringify(known));
    return numbers;
  };
};
export type PeerNumbers = ReturnType<typeof createPeerNumbers>;

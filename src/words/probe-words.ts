import type { ProbeOutcome } from '../session/probe.ts';
import type { Milliseconds } from '../session/units.ts';
import { decimals } from './figures.ts';
import type { Language } from './language.ts';

/** What is said of a mystery customer, on every screen and in every shell. */

const minuteMs: Milliseconds = 60_000;

/** `21 s`, `1.4 s`, `2 min`. */
export const answerTime = (ms: Milliseconds, language: Language): string => {
  if (ms < 9950) return `${decimals(ms / 1000, 1, language)} s`;
  return ms < 2 * minuteMs ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / minuteMs)} min`;
};

/** `12 min`, `3 h`, `2 d`: in whole minutes at least, so that it changes seldom. */
const age = (ms: Milliseconds): string => {
  const minutes = Math.max(0, Math.floor(ms / minuteMs));
  if (minutes < 60) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / (24 * 60))} d`;
};

interface ProbeWords {
  /** The evidence of a connected session: when it was proved, and how quickly it answered. */
  proof(agoMs: Milliseconds, answerMs: Milliseconds): string;
  readonly outcome: Readonly<Record<ProbeOutcome, string>>;
  readonly underWay: string;
}

export const probeWords: Readonly<Record<Language, ProbeWords>> = {
  en: {
    proof: (agoMs, answerMs) => `proved ${age(agoMs)} ago, answered in ${answerTime(answerMs, 'en')}`,
    outcome: { ok: 'answered', failed: 'no answer', unknown: 'unknown', skipped: 'not asked for' },
    underWay: 'under way',
  },
  'pt-BR': {
    proof: (agoMs, answerMs) => `provada há ${age(agoMs)}, respondeu em ${answerTime(answerMs, 'pt-BR')}`,
    outcome: { ok: 'respondida', failed: 'sem resposta', unknown: 'não se sabe', skipped: 'não contava' },
    underWay: 'em curso',
  },
};

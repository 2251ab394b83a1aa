import type { FleetEvent } from '../../session/records.ts';
import type { Language } from '../../words/language.ts';
import { clockTime } from './printing.ts';

/** What went before a session was given up: each thing once, and not again what was said as the reason. */

const words = {
  en: {
    times: (first: string, last: string, times: number, text: string) => `${first} to ${last}, ${times} times: ${text}`,
    same: (times: number, first: string) => `${times} tries since ${first} ended so`,
  },
  'pt-BR': {
    times: (first: string, last: string, times: number, text: string) => `${first} a ${last}, ${times} vezes: ${text}`,
    same: (times: number, first: string) => `${times} tentativas desde ${first} terminaram assim`,
  },
} as const;

interface Seen {
  readonly first: number;
  readonly last: number;
  readonly times: number;
}

/** Without the reason behind it; empty when it says nothing else. */
const withoutReason = ({ kind }: FleetEvent, text: string, reason: string): string => {
  if (reason === '' || !text.endsWith(reason)) return text;
  const rest = text.slice(0, -reason.length).replace(/:\s*$/, '').trim();
  // That it was given up stands above, too.
  return kind === 'session-failed' ? '' : rest;
};

/** `events` newest first; lines oldest first, at most `most` of them. `reason` as it was said to the same person. */
export const troublesBefore = (
  events: readonly FleetEvent[],
  {
    reason,
    told,
    language,
    most,
  }: {
    readonly reason: string;
    readonly told: (event: FleetEvent) => string;
    readonly language: Language;
    readonly most: number;
  },
): readonly string[] => {
  const seen = new Map<string, Seen>();
  for (const event of events.filter(({ level }) => level !== 'info').toReversed()) {
    const text = withoutReason(event, told(event), reason);
    if (text === '' && event.kind === 'session-failed') continue;

    const before = seen.get(text);
    seen.set(text, { first: before?.first ?? event.at, last: event.at, times: (before?.times ?? 0) + 1 });
  }

  const t = words[language];
  return [...seen]
    .filter(([text, { times }]) => text !== '' || times > 1)
    .sort(([, a], [, b]) => a.last - b.last)
    .slice(-most)
    .map(([text, { first, last, times }]) => {
      if (text === '') return t.same(times, clockTime(first));
      return times === 1
        ? `${clockTime(last)} ${text}`
        : t.times(clockTime(first), clockTime(last).slice(11), times, text);
    });
};

import { toolUrlProblem } from './tool.ts';
import type { EpochMs } from './units.ts';

/** A hook of a session: an address that is told what happens. Its secret lies elsewhere and is in none of these. */

/** What can be told, in the order in which it is listed. */
export const hookEventTypes = [
  'message.received',
  'message.answered',
  'customer.silent',
  'customer.handed_over',
  'session.state',
  'session.qr_needed',
] as const;
export type HookEventType = (typeof hookEventTypes)[number];

/** What a test sends: it is in no queue, and nothing happened. */
export const hookTestType = 'test';

export interface Hook {
  readonly name: string;
  readonly url: string;
  readonly events: readonly HookEventType[];
  /** Hosts that may lie in a private network. */
  readonly allowHosts: readonly string[];
}

/** A hook as door, screen and API show it. */
export interface HookLine extends Hook {
  /** Whether this server has its secret: without it nothing is sent. */
  readonly hasSecret: boolean;
  readonly setAt: EpochMs;
  readonly setBy: string;
  /** Events that were taken, since it was made. */
  readonly delivered: number;
  readonly deliveredAt: EpochMs | null;
  /** Events that wait for it, and when the oldest of them happened. */
  readonly waiting: number;
  readonly oldestAt: EpochMs | null;
  /** Events that it did not take in a day, or refused. */
  readonly dead: number;
  /** Why it takes none now; null: it does, or nothing was tried. */
  readonly problem: string | null;
  readonly failingSince: EpochMs | null;
  readonly nextTryAt: EpochMs | null;
}

/** An event that a hook did not take. What it told is composed anew where it is sent again. */
export interface DeadHookEvent {
  readonly id: number;
  readonly type: HookEventType;
  readonly at: EpochMs;
  readonly diedAt: EpochMs;
  readonly reason: string;
  /** A person wants it to be sent again. */
  readonly isDue: boolean;
}

/** What became of one request. `reason`: one plain line for an operator, without secrets and without words of the address; null: it was taken. */
export interface HookAnswer {
  readonly status: number | null;
  readonly reason: string | null;
  /** What the address said besides, cut. For whoever makes a test: it may repeat what a customer wrote, so that nothing keeps it. */
  readonly said: string | null;
}

export const hookBounds = {
  perSession: 10,
  /** Of the dead list: what is kept, and what is shown, newest first. */
  deadKept: 10_000,
  deadShown: 200,
} as const;

const day = 86_400_000;
/** An event that was not taken for so long goes to the dead list. */
export const hookTriesFor = day;
/** So long it can be sent again from there. */
export const deadKeptFor = 7 * day;

/** What is wrong with a name, as one sentence; null: nothing. */
export const hookNameProblem = (name: string): string | null =>
  /^[a-z][a-z0-9_-]{0,47}$/.test(name)
    ? null
    : 'a hook is named with 1 to 48 small letters, digits, - and _, a letter first. Example: crm';

/** What is wrong with an address, as one sentence; null: nothing. */
export const hookUrlProblem = toolUrlProblem;

const isType = (text: string): text is HookEventType => (hookEventTypes as readonly string[]).includes(text);

/** `all`, or types; each once, in the order of the list. The first that is none: `unknown`. */
export const hookEventsOf = (
  given: readonly string[],
): { readonly events: readonly HookEventType[] } | { readonly unknown: string } => {
  const wanted = given.includes('all') ? [...hookEventTypes] : given;
  const unknown = wanted.find((each) => !isType(each));
  return unknown === undefined ? { events: hookEventTypes.filter((type) => wanted.includes(type)) } : { unknown };
};

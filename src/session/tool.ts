import type { Bytes, EpochMs, Milliseconds } from './units.ts';

/** A tool of a session: an HTTP call that its AI may ask for. Its secret lies elsewhere and is in none of these. */

export interface Tool {
  /** As the model calls it: small letters, digits and `_`. */
  readonly name: string;
  /** For the model: what it does and when to call it. */
  readonly description: string;
  readonly url: string;
  /** JSON schema of its arguments: an object. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly timeoutMs: Milliseconds;
  readonly callsPerTurn: number;
  /** Called twice with one key, it does its work once: it may be called again when nobody knows whether it was. */
  readonly isIdempotent: boolean;
  /** It only looks something up: it is always idempotent, is called in watch mode, too, and proves no action. */
  readonly onlyReads: boolean;
  /** Where it can be asked what became of a key (`{key}` in it is replaced); null: nowhere. */
  readonly lookupUrl: string | null;
  /** Hosts that a redirect may lead to, and that may lie in a private network. */
  readonly allowHosts: readonly string[];
}

/** `asked`: stored, not made yet. `begun`: on its way, or the worker died under it. `unknown`: nobody can say whether it was carried out. */
export const toolCallStates = ['asked', 'begun', 'ok', 'failed', 'unknown', 'dropped'] as const;
export type ToolCallState = (typeof toolCallStates)[number];

export interface ToolCall {
  /** The same however often this call is made: by it the tool knows that it is one. */
  readonly key: string;
  readonly arguments: unknown;
  readonly session: string;
  /** Who wrote; null: nobody, it is a test. */
  readonly customer: { readonly chatId: string; readonly phone: string | null; readonly name: string | null } | null;
}

/**
 * `ok`: carried out, `text` is its answer. `failed`: certainly not carried out. `unknown`: it may have been. `status`: of HTTP, where one
 * came. `reason`: one plain line for an operator, without secrets.
 */
export type ToolAnswer =
  | { readonly kind: 'ok'; readonly status: number; readonly text: string }
  | {
      readonly kind: 'failed' | 'unknown';
      readonly code: string;
      readonly reason: string;
      readonly status: number | null;
    };

/** A tool as door, screen and API show it. */
export interface ToolLine extends Tool {
  /** Whether this server has its secret: without it nothing is called. */
  readonly hasSecret: boolean;
  readonly setAt: EpochMs;
  readonly setBy: string;
  /** Calls of the last 24 hours. */
  readonly calls: { readonly ok: number; readonly failed: number; readonly unknown: number };
  readonly last: {
    readonly at: EpochMs;
    readonly state: ToolCallState;
    readonly status: number | null;
    readonly ms: Milliseconds | null;
    readonly reason: string | null;
  } | null;
}

export const toolBounds = {
  /** Each is offered with every question: its schema is paid for. */
  perSession: 20,
  description: 1000,
  /** Characters of the schema as JSON. */
  schema: 20_000,
  timeoutMs: { least: 1000, most: 60_000, usual: 10_000 },
  callsPerTurn: { least: 1, most: 20, usual: 3 },
  allowHosts: 20,
  url: 2000,
  secret: { least: 16, most: 500 },
} as const;

/** Read of an answer at most; what is longer counts as no answer. */
export const longestToolAnswer: Bytes = 65_536;
/** Characters of an answer that the AI is given, and that are kept with the call. */
export const toolAnswerTold = 8000;
/** Characters of arguments and answer that stand in the turn's steps. */
export const toolAnswerShown = 500;

/** By it the model asks for a person. */
export const personToolName = 'ask_for_a_person';
/** Names that the program offers itself. */
const reserved: ReadonlySet<string> = new Set([personToolName, 'give_verdict', 'send_file']);

/** What is wrong with a name, as one sentence; null: nothing. */
export const toolNameProblem = (name: string): string | null => {
  if (!/^[a-z][a-z0-9_]{1,47}$/.test(name))
    return 'a tool is named with 2 to 48 small letters, digits and _, a letter first. Example: agenda';
  return reserved.has(name) ? `${name} is a tool of the program itself: choose another name.` : null;
};

export const hostOf = (url: string): string => new URL(url).hostname.toLowerCase().replace(/^\[|\]$/g, '');

/** What is wrong with an address, as one sentence; null: nothing. */
export const toolUrlProblem = (url: string, allowHosts: readonly string[]): string | null => {
  const parsed = url.length <= toolBounds.url && URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    return 'the address must begin with https://. Example: https://agenda.example.com/book';
  if (parsed.username !== '' || parsed.password !== '')
    return 'the address must hold no user or password: what is sent is signed with a secret.';
  if (parsed.protocol === 'http:' && !allowHosts.includes(hostOf(url)))
    return `without https customers' words travel open: use https://, or allow this host by name with --allow-host ${hostOf(url)}`;
  return null;
};

/** A host as it is compared: `Agenda.Example.com`, `[::1]` → `agenda.example.com`, `::1`. Null: no host. */
export const plainHost = (host: string): string | null => {
  const bare = host.trim().replace(/^\[|\]$/g, '');
  const url = `http://${bare.includes(':') ? `[${bare}]` : bare}/`;
  return bare === '' || /[/@?#\s]/.test(bare) || !URL.canParse(url) ? null : hostOf(url);
};

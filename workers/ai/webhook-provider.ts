import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { asBrainAnswer, brainAnswerSchema } from '../../src/protocol/brain-answer.ts';
import { type BrainAnswer, brainBounds } from '../../src/session/brain.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { hostOf, personToolName } from '../../src/session/tool.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import { type BoundedAnswer, boundedRequest } from '../../src/tools/bounded-request.ts';
import { secretProblem, signedHeaders } from '../../src/tools/sign-call.ts';
import type { AiProvider, AiRequest, AiResult, AiTextResult } from './ai-provider.ts';
import { callService, passing, refused } from './service-call.ts';
import { brainAddressProblem } from './webhook-address.ts';
import { questionOf } from './webhook-question.ts';

/** A brain of the operator's own: a signed question to an address, which answers at once, or later over the API. */

/** Where a later answer is found. */
export interface BrainLater {
  /** The address under which this server is reached from outside; null: nobody said. */
  readonly publicUrl: string | null;
  /** Before it is asked: an answer may be there before the address has said that it will come. */
  ask(turn: { readonly key: string; readonly turnId: number }): void;
  /** JSON; null: none yet. */
  read(key: string): string | null;
  /** It was answered at once: no later answer counts. JSON of the one that came before; null: none did. */
  close(key: string): string | null;
}

/** How often a later answer is looked for: one row by its key. */
const lookEvery: Milliseconds = 250;
const noUsage = { inputTokens: 0, outputTokens: 0 };

/** The host alone: the address of a webhook often is its secret. */
const targetOf = (location: string | null, address: string): string =>
  location !== null && URL.canParse(location, address) ? new URL(location, address).host : 'nowhere';

/**
 * What the address said, for somebody who has to mend it. Its own words in a try alone: they may repeat what the customer wrote, and reasons
 * are kept where no erasure of him comes.
 */
const faultOf = (
  answer: Extract<BoundedAnswer, { kind: 'answer' }>,
  { address, isTry }: { readonly address: string; readonly isTry: boolean },
): AiTextResult | null => {
  const { status, body, contentType, location } = answer;
  const host = hostOf(address);
  const said = isTry ? plainText(body.trim()).slice(0, 200) : '';
  const words = said === '' ? `HTTP ${status}` : `HTTP ${status}: ${said}`;
  if (status === 429 || status >= 500) return passing('fault', `${host} answered with ${words}`);
  if (status >= 300 && status < 400)
    return refused(
      'redirect',
      `${host} leads to ${plainText(isTry && location !== null ? location : targetOf(location, address)).slice(0, 200)}: set ai_config.baseUrl to that`,
    );
  if (status === 400 || status === 413 || status === 422)
    return refused('request', `${host} refused this question with ${words}`, 'request');
  if (status === 401 || status === 403)
    return refused(
      'brain-secret',
      `${host} refused with ${words}: both sides need the same secret (zap-fleet config NAME set ai_key)`,
    );
  if (status >= 400)
    return refused(
      'brain-address',
      `${host} refused with ${words}: check ai_config.baseUrl, and that the workflow is active`,
    );
  if (/text\/html/i.test(contentType)) return passing('web-page', `${host} answered with a web page (HTTP ${status})`);
  return null;
};

/** What is written for a person and is too long is cut: nobody is left in silence for it. */
const withinBounds = (one: unknown): unknown => {
  if (typeof one !== 'object' || one === null) return one;
  const cut = (value: unknown, longest: number): unknown =>
    typeof value === 'string' ? value.trim().slice(0, longest) : value;
  const { none, did, handOver, ...rest } = one as Readonly<Record<string, unknown>>;
  const { reason, summary } = (typeof handOver === 'object' && handOver !== null ? handOver : {}) as Given;
  return {
    ...rest,
    none: cut(none, brainBounds.none),
    did: Array.isArray(did) ? did.slice(0, brainBounds.did).map((each) => cut(each, brainBounds.didWords)) : did,
    handOver:
      typeof handOver !== 'object' || handOver === null
        ? handOver
        : { reason: cut(reason, brainBounds.reason), summary: cut(summary, brainBounds.summary) },
  };
};
type Given = Readonly<Record<'reason' | 'summary', unknown>>;

/** n8n says this where a workflow answers at once and goes on: its answer comes over the API. */
const startedWords = 'Workflow was started';

type Said = BrainAnswer | 'later' | 'garbled' | 'empty';

const readSaid = ({ status, body }: Extract<BoundedAnswer, { kind: 'answer' }>): Said => {
  if (status === 202) return 'later';
  if (body.trim() === '') return 'empty';
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return 'garbled';
  }
  // Many builders wrap one item into a list.
  const one: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (typeof one === 'object' && one !== null && 'message' in one && one.message === startedWords) return 'later';
  const parsed = brainAnswerSchema.safeParse(withinBounds(one));
  return parsed.success ? (asBrainAnswer(parsed.data) ?? 'garbled') : 'garbled';
};

const resultOf = (answer: BrainAnswer, request: AiRequest): AiResult => {
  const base = { usage: noUsage, model: request.model, notes: [] };
  if (answer.kind === 'none')
    return { kind: 'no-answer', code: 'declined', reason: plainText(answer.reason), usage: noUsage };
  if (answer.kind === 'text') return { kind: 'answer', text: answer.text, acted: answer.did, ...base };

  const { reason, summary } = answer;
  if (request.tools?.some(({ name }) => name === personToolName) !== true)
    return {
      kind: 'no-answer',
      code: 'person',
      reason: `it asks for a person, and ai_config.handover is off: ${plainText(reason)}`,
      usage: noUsage,
    };
  return { kind: 'tool', name: personToolName, arguments: { reason, summary }, text: null, ...base };
};

/** Until the answer is in the store; ends with the signal. */
const waitForLater = async (later: BrainLater, key: string, signal: AbortSignal): Promise<string> => {
  for (;;) {
    const found = later.read(key);
    if (found !== null) return found;
    await delay(lookEvery, undefined, { signal });
  }
};

const asStored = (json: string): BrainAnswer => JSON.parse(json) as BrainAnswer;

const unsupported = async (): Promise<AiTextResult> => ({
  kind: 'no-answer',
  code: 'unsupported',
  reason: 'a webhook is asked for answers alone',
  usage: null,
});

export const createWebhookProvider = (options: {
  /** Null: none is set. */
  readonly address: string | null;
  readonly secret: string;
  /** Null: answers come at once or not at all. */
  readonly later: BrainLater | null;
}): AiProvider => {
  const { address, secret, later } = options;
  const problem = (): AiTextResult | null => {
    if (secret === '')
      return refused(
        'brain-secret',
        'what it is asked must be signed: set a secret with zap-fleet config NAME set ai_key',
      );
    const weak = secretProblem(secret);
    if (weak !== null) return refused('brain-secret', `${weak} Set it with: zap-fleet config NAME set ai_key`);
    const wrong = brainAddressProblem(address);
    return wrong === null ? null : refused('brain-address', wrong);
  };

  const ask = async (request: AiRequest, signal: AbortSignal): Promise<AiResult> => {
    const wrong = problem();
    if (wrong !== null) return wrong;
    if (address === null) return refused('brain-address', 'no address');
    const { about } = request;
    const turn = about?.key ?? randomUUID();
    const store = about === undefined ? null : later;
    const known = store?.read(turn) ?? null;
    if (known !== null) return resultOf(asStored(known), request);
    if (about !== undefined) store?.ask(about);

    const host = hostOf(address);
    const body = JSON.stringify(
      questionOf(request, { turn, publicUrl: store?.publicUrl ?? null, isLater: store !== null }),
    );
    const answer = await boundedRequest({
      url: address,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'user-agent': 'zap-fleet',
        ...signedHeaders(secret, { key: turn, at: Date.now(), body }),
      },
      body,
      // Set by whoever may set everything of the session, as the address of an AI service of one's own.
      privateHosts: [host],
      endsAt: performance.now() + request.timeoutMs,
    });
    const told = store?.read(turn) ?? null;
    if (told !== null) return resultOf(asStored(told), request);
    if (answer.kind === 'fault') return passing(answer.code, `${host} did not answer: ${plainText(answer.reason)}`);
    const fault = faultOf(answer, { address, isTry: about === undefined });
    if (fault !== null) return fault;

    const said = readSaid(answer);
    if (said === 'empty')
      return { kind: 'no-answer', code: 'empty', reason: `${host} answered with nothing`, usage: noUsage };
    if (said === 'garbled')
      return passing(
        'garbled',
        `${host} answered with something else than {"text": "…"}, {"handOver": …} or {"none": "…"}`,
      );
    if (said !== 'later') {
      const first = store?.close(turn) ?? null;
      return resultOf(first === null ? said : asStored(first), request);
    }
    if (store === null)
      return {
        kind: 'no-answer',
        code: 'later',
        reason: `${host} answers later, which a test does not wait for`,
        usage: noUsage,
      };
    return resultOf(asStored(await waitForLater(store, turn, signal)), request);
  };

  return {
    name: 'webhook',
    answer: (request, signal) => {
      const { timeoutMs } = request;
      const classify = (error: unknown) => passing('failed', error instanceof Error ? error.message : String(error));
      return callService({ secrets: [secret], classify, signal, timeoutMs }, (inner) => ask(request, inner));
    },
    summarize: unsupported,
    describe: unsupported,
  };
};

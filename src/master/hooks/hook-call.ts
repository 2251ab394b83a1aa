import { type HookAnswer, hookTestType } from '../../session/hook.ts';
import { plainText } from '../../session/plain-text.ts';
import { hostOf } from '../../session/tool.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { StoredHookEvent } from '../../store/hooks/hook-facts.ts';
import { type BoundedAnswer, boundedRequest } from '../../tools/bounded-request.ts';
import { signedHeaders } from '../../tools/sign-call.ts';

/** One event as one signed request, in the form of "Standard Webhooks": `type`, `timestamp`, `data`. */

/** Of one request, everything together. */
export const hookAnswersWithin: Milliseconds = 10_000;

export interface HookCall {
  readonly url: string;
  readonly allowHosts: readonly string[];
  readonly secret: string;
  /** `webhook-id`: the same however often this event is sent. */
  readonly key: string;
  readonly body: string;
}

export const bodyOf = (
  event: Pick<StoredHookEvent, 'type' | 'at'>,
  session: string,
  facts: Readonly<Record<string, unknown>>,
): string =>
  JSON.stringify({ type: event.type, timestamp: new Date(event.at).toISOString(), data: { session, ...facts } });

export const testBody = (session: string, at: EpochMs): string =>
  JSON.stringify({ type: hookTestType, timestamp: new Date(at).toISOString(), data: { session } });

const isTaken = (status: number | null): boolean => status !== null && status >= 200 && status < 300;

const longestSaid = 200;
const cut = (text: string): string => plainText(text.trim()).slice(0, longestSaid);

/** The host alone: the address of a webhook often is its secret. */
const targetOf = (location: string | null, url: string): string =>
  location !== null && URL.canParse(location, url)
    ? plainText(new URL(location, url).host).slice(0, longestSaid)
    : 'nowhere';

/** What follows the status of one that was taken is nobody's concern, however long or broken it is. */
const readAnswer = (answer: BoundedAnswer, url: string): HookAnswer => {
  const { status } = answer;
  const host = hostOf(url);
  if (isTaken(status)) return { status, reason: null, said: null };
  if (answer.kind === 'fault') return { status, reason: `${host} did not take it: ${cut(answer.reason)}`, said: null };

  const { location, body } = answer;
  if (answer.status >= 300 && answer.status < 400)
    return {
      status,
      reason: `${host} leads to ${targetOf(location, url)}: give the hook that address`,
      said: location === null ? null : cut(location),
    };
  return { status, reason: `${host} refused it with HTTP ${status}`, said: cut(body) || null };
};

/** With the time that it took. */
export interface TimedAnswer extends HookAnswer {
  readonly ms: Milliseconds;
}

/** Never rejects. */
export const callHook = async (call: HookCall, now: EpochMs): Promise<TimedAnswer> => {
  const from = performance.now();
  const answer = await boundedRequest({
    url: call.url,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'zap-fleet',
      ...signedHeaders(call.secret, { key: call.key, at: now, body: call.body }),
    },
    body: call.body,
    privateHosts: call.allowHosts,
    endsAt: from + hookAnswersWithin,
  });
  return { ...readAnswer(answer, call.url), ms: Math.round(performance.now() - from) };
};

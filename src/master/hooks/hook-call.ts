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

/** Null: it was taken. What follows its status is nobody's concern, however long or broken it is. */
const reasonOf = (answer: BoundedAnswer, host: string): string | null => {
  if (isTaken(answer.status)) return null;
  if (answer.kind === 'fault') return `${host} did not take it: ${plainText(answer.reason)}`;
  const { status, location } = answer;
  if (status >= 300 && status < 400)
    return `${host} leads to ${plainText(location ?? 'nowhere').slice(0, 200)}: give the hook that address`;
  const said = plainText(answer.body.trim()).slice(0, 200);
  return `${host} refused it with HTTP ${status}${said === '' ? '' : `: ${said}`}`;
};

/** Never rejects. */
export const callHook = async (call: HookCall, now: EpochMs): Promise<HookAnswer> => {
  const host = hostOf(call.url);
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
    endsAt: performance.now() + hookAnswersWithin,
  });
  return { status: answer.status, reason: reasonOf(answer, host) };
};

import { plainText } from '../session/plain-text.ts';
import { hostOf, type Tool, type ToolAnswer, type ToolCall, toolAnswerTold } from '../session/tool.ts';
import type { EpochMs } from '../session/units.ts';
import { type BoundedAnswer, boundedRequest } from './bounded-request.ts';
import { signedHeaders } from './sign-call.ts';

/** Calls a tool of a session, and says what is known of it afterwards. */

const mostRedirects = 3;

const bodyOf = (tool: Tool, call: ToolCall): string =>
  JSON.stringify({
    tool: tool.name,
    key: call.key,
    session: call.session,
    customer: call.customer,
    arguments: call.arguments,
  });

const longestReason = 300;
const line = (text: string): string => plainText(text).slice(0, longestReason);

/** What a status means for whoever has to know whether it was done. */
const readAnswer = (answer: Extract<BoundedAnswer, { kind: 'answer' }>): ToolAnswer => {
  const { status, contentType, body } = answer;
  const words = line(body.trim());
  const told = words === '' ? '' : `: ${words}`;
  if (status >= 400 && status < 500)
    return { kind: 'failed', code: 'refused', reason: `HTTP ${status}${told}`, status };
  if (status < 200 || status >= 300) return { kind: 'unknown', code: 'fault', reason: `HTTP ${status}${told}`, status };

  const text = body.trim();
  if (/text\/html/i.test(contentType) || /^<(?:!doctype|html)/i.test(text))
    return { kind: 'unknown', code: 'web-page', reason: `a web page came (HTTP ${status})`, status };
  if (/json/i.test(contentType) && text !== '') {
    try {
      JSON.parse(text);
    } catch {
      return { kind: 'unknown', code: 'garbled', reason: `the answer is no JSON (HTTP ${status})`, status };
    }
  }
  return { kind: 'ok', status, text: text.length > toolAnswerTold ? `${text.slice(0, toolAnswerTold)}… (cut)` : text };
};

const readFault = ({ code, reason, isSent, status }: Extract<BoundedAnswer, { kind: 'fault' }>): ToolAnswer => ({
  kind: isSent ? 'unknown' : 'failed',
  code,
  reason: line(reason),
  status,
});

interface Hop {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  /** Something was carried out already, perhaps, before this hop. */
  readonly isLate: boolean;
}

/** Where a redirect leads, as browsers follow them: 307 and 308 again with the call, the others with a plain look. */
const nextHop = (tool: Tool, hop: Hop, answer: Extract<BoundedAnswer, { kind: 'answer' }>): Hop | string => {
  const { location, status } = answer;
  if (location === null || !URL.canParse(location, hop.url)) return `HTTP ${status} that leads nowhere`;
  const url = new URL(location, hop.url);
  const host = hostOf(url.href);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && tool.allowHosts.includes(host)))
    return `a redirect to ${line(url.protocol)} on ${host}, which is not https`;
  if (host !== hostOf(tool.url) && !tool.allowHosts.includes(host))
    return `a redirect to ${host}, which is not allowed: --allow-host ${host}`;
  const again = status === 307 || status === 308;
  return { url: url.href, method: again ? hop.method : 'GET', isLate: hop.isLate || !again };
};

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);

const follow = async (
  tool: Tool,
  first: Hop,
  asked: { readonly body: string; readonly headers: Readonly<Record<string, string>> },
): Promise<ToolAnswer> => {
  const endsAt = performance.now() + tool.timeoutMs;
  let hop = first;
  for (let redirects = 0; ; redirects += 1) {
    const isCall = redirects === 0 || hop.method === 'POST';
    const answer = await boundedRequest({
      url: hop.url,
      method: hop.method,
      headers: { accept: 'application/json', 'user-agent': 'zap-fleet', ...(isCall ? asked.headers : {}) },
      body: asked.body,
      privateHosts: tool.allowHosts,
      endsAt,
    });
    if (answer.kind === 'fault') return readFault({ ...answer, isSent: answer.isSent || hop.isLate });
    if (!isRedirect(answer.status)) {
      const read = readAnswer(answer);
      return hop.isLate && read.kind === 'failed' ? { ...read, kind: 'unknown' } : read;
    }

    const next = redirects >= mostRedirects ? `more than ${mostRedirects} redirects` : nextHop(tool, hop, answer);
    if (typeof next === 'string') return { kind: 'unknown', code: 'redirect', reason: next, status: answer.status };
    hop = next;
  }
};

/** Makes the call, once. Never rejects; takes `tool.timeoutMs` at most. */
export const callTool = (tool: Tool, secret: string, call: ToolCall, at: EpochMs): Promise<ToolAnswer> => {
  const body = bodyOf(tool, call);
  const headers = { 'content-type': 'application/json', ...signedHeaders(secret, { key: call.key, at, body }) };
  return follow(tool, { url: tool.url, method: 'POST', isLate: false }, { body, headers });
};

const lookupUrlOf = (lookupUrl: string, key: string): string => {
  if (lookupUrl.includes('{key}')) return lookupUrl.replaceAll('{key}', encodeURIComponent(key));
  const url = new URL(lookupUrl);
  url.searchParams.set('key', key);
  return url.href;
};

/** Asks a tool what became of a key: `failed` with the code `absent` where it has none (404). Never rejects. */
export const lookUpCall = async (tool: Tool, secret: string, key: string, at: EpochMs): Promise<ToolAnswer> => {
  if (tool.lookupUrl === null)
    return { kind: 'unknown', code: 'no-lookup', reason: 'it cannot be asked', status: null };
  const headers = signedHeaders(secret, { key, at, body: '' });
  const url = lookupUrlOf(tool.lookupUrl, key);
  const answer = await follow({ ...tool, url }, { url, method: 'GET', isLate: true }, { body: '', headers });
  // Only "there is no such key" says that it was not carried out.
  return answer.status === 404 && answer.kind !== 'ok'
    ? { kind: 'failed', code: 'absent', reason: 'it never arrived there', status: 404 }
    : answer.kind === 'failed'
      ? { ...answer, kind: 'unknown' }
      : answer;
};

import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { IncidentCheck } from '../../protocol/fleet.ts';
import type { Milliseconds } from '../../session/units.ts';

/** What can be asked of the outside without a phone: only WhatsApp's own host is ever contacted. */
export interface OutsideProbe {
  readonly internet: IncidentCheck['result'];
  readonly whatsapp: IncidentCheck['result'];
  /** What was seen, for the event. */
  readonly seen: string;
}

const probeWithin: Milliseconds = 8000;
const resolveWithin: Milliseconds = 4000;
const whatsappUrl = 'https://web.whatsapp.com/';

const causeCode = (error: unknown): string => {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return cause instanceof Error ? cause.name : 'failed';
};
/** These come from our own side of the network. */
const ownNetwork: ReadonlySet<string> = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL']);

/** A name server outside answered just now (nothing is cached here): the network carries something. */
const nameResolves = async (host: string): Promise<boolean> => {
  if (isIP(host) !== 0 || host === 'localhost') return true;
  const resolver = new Resolver({ timeout: resolveWithin, tries: 1 });
  try {
    return (await resolver.resolve4(host)).length > 0;
  } catch (error) {
    // "There is no such name" is an answer, too: somebody outside was reached. A timeout or a refusal is not.
    return causeCode(error) === 'ENODATA';
  }
};

/**
 * HTTPS to WhatsApp's host; when that fails, whether its name still resolves tells our network from theirs. `url` is for tests. Never
 * rejects; at most about 12 s.
 */
export const probeOutside = async (url: string = whatsappUrl): Promise<OutsideProbe> => {
  let code: string;
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.timeout(probeWithin),
      headers: { 'user-agent': 'Mozilla/5.0' },
    });
    await response.body?.cancel();
    // A web site that answers with an error of its own is there, and not well.
    const isWell = response.status < 500;
    return { internet: 'ok', whatsapp: isWell ? 'ok' : 'fails', seen: `HTTP ${response.status}` };
  } catch (error) {
    code = causeCode(error);
  }
  const reaches = !ownNetwork.has(code) && (await nameResolves(new URL(url).hostname));
  return { internet: reaches ? 'ok' : 'fails', whatsapp: 'fails', seen: code };
};

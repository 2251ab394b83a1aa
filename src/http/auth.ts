import { createHmac, randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { EpochMs, Milliseconds } from '../session/units.ts';
import { sameSecret } from './token.ts';

/** Who a request comes from; the name is the actor in the event log. */
export type Caller = 'api' | 'web';

export const loginCookie = 'zap_fleet_login';
const loginLifetime: Milliseconds = 12 * 3_600_000;

/**
 * The cookie after a login: `expiry.random.mac`, signed with a key made from the token. It outlives a restart of the master and ends
 * when the token changes; it holds nothing that opens the API from elsewhere.
 */
export const createLogins = (token: string, now: () => EpochMs) => {
  const sign = (text: string): string => createHmac('sha256', `login:${token}`).update(text).digest('base64url');
  return {
    lifetimeSeconds: loginLifetime / 1000,
    issue: (): string => {
      const body = `${now() + loginLifetime}.${randomBytes(16).toString('base64url')}`;
      return `${body}.${sign(body)}`;
    },
    isValid: (cookie: string | undefined): boolean => {
      const match = /^((\d{13,15})\.[\w-]{22})\.([\w-]{43})$/.exec(cookie ?? '');
      const [, body, expiry, mac] = match ?? [];
      if (body === undefined || expiry === undefined || mac === undefined) return false;
      return sameSecret(mac, sign(body)) && Number(expiry) > now();
    },
  };
};
export type Logins = ReturnType<typeof createLogins>;

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);
const isLoopbackAddress = (address: string | undefined): boolean =>
  address !== undefined && (/^(::ffff:)?127\./.test(address) || address === '::1');

const hostNameOf = (host: string): string | null => {
  if (!/^[\w.\-:[\]]{1,255}$/.test(host) || !URL.canParse(`http://${host}`)) return null;
  return new URL(`http://${host}`).hostname.toLowerCase();
};

/**
 * Whether the Host may be asked for: on a loopback port only loopback's own names and the public one, so that a page elsewhere cannot
 * rebind its name to this machine (DNS rebinding). Elsewhere any well-formed one.
 */
export const isHostAllowed = (request: FastifyRequest, publicUrl: string | null): boolean => {
  const name = hostNameOf(request.headers.host ?? '');
  if (name === null) return false;
  if (!isLoopbackAddress(request.socket.localAddress)) return true;
  return loopbackNames.has(name) || (publicUrl !== null && name === new URL(publicUrl).hostname.toLowerCase());
};

/** Whether a browser says that one of our own pages sent this. A missing Origin is not one of ours. */
export const isOwnOrigin = (request: FastifyRequest, publicUrl: string | null): boolean => {
  const { origin, host } = request.headers;
  if (origin === undefined || !URL.canParse(origin)) return false;
  const given = new URL(origin);
  if (given.protocol !== 'http:' && given.protocol !== 'https:') return false;
  // Behind a proxy that ends TLS the scheme differs from ours, the host does not.
  return given.host === host || (publicUrl !== null && given.origin === new URL(publicUrl).origin);
};

/** Wrong tokens from one address: after 20 in a minute it is refused until the minute is over. */
export const createFailureLimit = (now: () => EpochMs, most = 20, span: Milliseconds = 60_000) => {
  const failures = new Map<string, { count: number; until: EpochMs }>();
  const current = (address: string): { count: number; until: EpochMs } | undefined => {
    const entry = failures.get(address);
    return entry !== undefined && entry.until > now() ? entry : undefined;
  };
  return {
    isBlocked: (address: string): boolean => (current(address)?.count ?? 0) >= most,
    add: (address: string): void => {
      if (failures.size > 10_000) for (const [key, { until }] of failures) if (until <= now()) failures.delete(key);
      // Ten thousand addresses at once is an attack on memory: forget them all rather than grow.
      if (failures.size > 10_000) failures.clear();
      const entry = current(address);
      failures.set(address, { count: (entry?.count ?? 0) + 1, until: entry?.until ?? now() + span });
    },
  };
};
export type FailureLimit = ReturnType<typeof createFailureLimit>;

export const bearerOf = (request: FastifyRequest): string | null => {
  const match = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(request.headers.authorization ?? '');
  return match?.[1] ?? null;
};

import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Login } from './logins.ts';
import type { OpenToken } from './token-book.ts';

/**
 * Who a request comes from: a program with the fleet's token, a browser that logged in with it, or a program with a named token. The kind is
 * the actor in the event log; of a named token it is its name.
 */
export type Caller =
  | { readonly kind: 'api' }
  | { readonly kind: 'web'; readonly login: Login }
  | { readonly kind: 'token'; readonly token: OpenToken };

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
  // An address is no name that could be bound to another one.
  return (
    loopbackNames.has(name) ||
    (isIP(name) !== 0 && isLoopbackAddress(name)) ||
    (publicUrl !== null && name === new URL(publicUrl).hostname.toLowerCase())
  );
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

export const bearerOf = (request: FastifyRequest): string | null => {
  const match = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(request.headers.authorization ?? '');
  return match?.[1] ?? null;
};

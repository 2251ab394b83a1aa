import { isIP } from 'node:net';
import { FleetError } from '../session/fleet-error.ts';

/** Where a node's door is. */
export interface WebAddress {
  readonly kind: 'web';
  /** `http://…` or `https://…` without a slash at the end. */
  readonly url: string;
}

export interface SshAddress {
  readonly kind: 'ssh';
  readonly user: string | null;
  readonly host: string;
  readonly port: number | null;
  /** FLEET_HOME there; null: the one that it has by itself. */
  readonly home: string | null;
  /** How zap-fleet is run there; null: `zap-fleet`. */
  readonly command: string | null;
}

export type NodeAddress = WebAddress | SshAddress;

const usage = (text: string): FleetError => new FleetError('usage', text);

/** Networks that are not the internet: RFC 1918, RFC 6598 (Tailscale), link-local, loopback, unique local. */
const isPrivateAddress = (host: string): boolean => {
  if (isIP(host) === 4)
    return /^(10|127)\.|^192\.168\.|^169\.254\.|^172\.(1[6-9]|2\d|3[01])\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./.test(
      host,
    );
  return isIP(host) === 6 && /^(::1$|f[cd]|fe[89ab])/i.test(host);
};

/** A name that only a private network gives. */
const isPrivateName = (host: string): boolean =>
  isIP(host) === 0 && (!host.includes('.') || /\.(localhost|local|lan|internal|home\.arpa)$/i.test(host));

const webAddress = (url: URL): WebAddress => {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol === 'http:' && !isPrivateAddress(host) && !isPrivateName(host))
    throw usage(`over http:// anybody on the way could read the token: say https://${url.host}, or ssh://…`);

  return { kind: 'web', url: `${url.origin}${url.pathname.replace(/\/+$/, '')}` };
};

/** Nothing that ssh could take for an option. */
const isWord = (text: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$/.test(text);

const sshAddress = (url: URL): SshAddress => {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const user = url.username === '' ? null : decodeURIComponent(url.username);
  if (!(isWord(host) || isIP(host) === 6) || (user !== null && !isWord(user)))
    throw usage('an ssh address is ssh://USER@HOST, ssh://HOST:PORT or ssh://USER@HOST/FLEET_HOME');

  const path = decodeURIComponent(url.pathname).replace(/\/+$/, '');
  return {
    kind: 'ssh',
    user,
    host,
    port: url.port === '' ? null : Number(url.port),
    home: path === '' ? null : path,
    command: null,
  };
};

/** Throws `usage` with what an address looks like. */
export const parseNodeAddress = (text: string): NodeAddress => {
  if (!URL.canParse(text))
    throw usage('a node has an address like https://HOST, http://10.0.0.2:3000 or ssh://USER@HOST');
  const url = new URL(text);
  // Never shown: it may be a password.
  if (url.password !== '' || (url.protocol !== 'ssh:' && url.username !== ''))
    throw usage('an address carries no password and no token: leave them out, the token is asked for');
  if (url.search !== '' || url.hash !== '')
    throw usage('an address ends with its path: leave out what follows ? and #');

  if (url.protocol === 'http:' || url.protocol === 'https:') return webAddress(url);
  if (url.protocol === 'ssh:') return sshAddress(url);
  throw usage('a node has an address like https://HOST, http://10.0.0.2:3000 or ssh://USER@HOST');
};

export const isNodeAddress = (text: string): boolean => /^[a-z]+:\/\//i.test(text);

/** As it is written down and shown: nothing in it is a secret. */
export const addressText = (address: NodeAddress): string => {
  if (address.kind === 'web') return address.url;
  const { user, host, port, home } = address;
  const shownHost = host.includes(':') ? `[${host}]` : host;
  return `ssh://${user === null ? '' : `${user}@`}${shownHost}${port === null ? '' : `:${port}`}${home ?? ''}`;
};

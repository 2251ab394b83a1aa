import { WebSocket } from 'ws';
import { maxLineBytes } from '../protocol/wire.ts';
import { messageOf } from '../session/fleet-error.ts';
import { plainText } from '../session/plain-text.ts';
import type { Bytes, Milliseconds } from '../session/units.ts';
import type { DoorWay, WayEnd } from './door-way.ts';
import type { WebAddress } from './node-address.ts';

const connectWithin: Milliseconds = 10_000;
/** A door whose other end is gone is noticed within twice this. */
const pingEvery: Milliseconds = 10_000;
const endWithin: Milliseconds = 1000;
/** What an answer that is no door may say. */
const mostWords: Bytes = 4096;

/** What the server answered instead of opening its door, and what helps. */
const ofStatus = (
  status: number,
  url: string,
  location: string | undefined,
  words: string,
  isShared: boolean,
): WayEnd => {
  if (status === 401) {
    const help = isShared
      ? `Set the same FLEET_API_TOKEN on both servers, or: zap-fleet node add NAME ${url}`
      : 'Its own is printed there by: zap-fleet token';
    return { reason: `${url} does not take this token. ${help}`, refused: true };
  }
  if (status === 429)
    return { reason: `${url} saw too many wrong tokens from here; it is tried again in a minute`, refused: true };
  if (status >= 300 && status < 400 && location?.startsWith('https:') === true)
    return { reason: `${url} leads to ${plainText(new URL(location).origin)}: give that address`, refused: true };
  if (status === 400 && /https port/i.test(words))
    return { reason: `${url} speaks https: give it as https://`, refused: true };
  if (status === 404)
    return { reason: `there is no door at ${url}: another program answers, or an older zap-fleet`, refused: true };
  if (status === 403) return { reason: `${url} refuses this: ${words || 'forbidden'}`, refused: true };
  if (status === 502 || status === 503 || status === 504)
    return { reason: `${url} answers ${status}: no master is behind it now` };
  return { reason: `${url} answers ${status} instead of opening its door`, refused: true };
};

const certificate: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired: renew it there',
  CERT_NOT_YET_VALID: 'is not valid yet: set the clock of this machine',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'is signed by itself: give this machine its authority with NODE_EXTRA_CA_CERTS, or use ssh://',
  SELF_SIGNED_CERT_IN_CHAIN: 'is signed by an authority of its own: name it in NODE_EXTRA_CA_CERTS',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'lacks its chain: let the proxy send the whole chain',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'is signed by nobody whom this machine knows: name the authority in NODE_EXTRA_CA_CERTS',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another name: give the address that it names',
};

/** What the system said when nothing was opened. */
const ofError = (error: NodeJS.ErrnoException, url: string): WayEnd => {
  const { code = '', message } = error;
  const fault = certificate[code];
  if (fault !== undefined) return { reason: `the certificate of ${url} ${fault}`, refused: true };
  if (code === 'EPROTO' || /wrong version number|packet length too long/i.test(message))
    return {
      reason: `${url} does not speak TLS there: give it as http:// on a private network, or mend its proxy`,
      refused: true,
    };
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return { reason: `there is no host ${new URL(url).hostname} that this machine knows` };
  if (code === 'ECONNRESET' && url.startsWith('http:'))
    return { reason: `${url} hangs up: if it speaks https, give it as https://` };
  if (code === 'ECONNREFUSED') return { reason: `nobody answers at ${url}` };
  if (code === 'ETIMEDOUT' || /handshake has timed out/.test(message))
    return { reason: `${url} did not answer within ${connectWithin / 1000} s` };
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return { reason: `${new URL(url).hostname} cannot be reached from here` };
  return { reason: `${url}: ${messageOf(error)}` };
};

/** The words of our own API's refusal, or the beginning of another's page. */
const wordsOf = (body: string): string => {
  const said = /"message":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1];
  return plainText(said ?? body).slice(0, 300);
};

/** Over `/api/door` of a master's HTTP server, with the token of its API. `isShared`: nobody gave it for this address, it is the group's. */
export const webWay =
  ({ url }: WebAddress, token: string, isShared = false): DoorWay =>
  ({ onConnect, onMessage, onClose }) => {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/door`, {
      headers: { authorization: `Bearer ${token}` },
      handshakeTimeout: connectWithin,
      maxPayload: maxLineBytes,
      perMessageDeflate: false,
      followRedirects: false,
    });
    const closed = new Promise<void>((done) => socket.once('close', () => done()));
    let why: WayEnd | null = null;
    let alive = true;

    const beat = setInterval(() => {
      if (socket.readyState !== socket.OPEN) return;
      if (!alive) {
        why ??= { reason: `${url} does not answer any more` };
        socket.terminate();
        return;
      }
      alive = false;
      socket.ping();
    }, pingEvery);
    beat.unref();

    socket.on('open', onConnect);
    socket.on('pong', () => {
      alive = true;
    });
    socket.on('message', (data) => onMessage(String(data)));
    socket.on('unexpected-response', (request, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        if (body.length < mostWords) body += chunk.toString();
      });
      const end = (): void => {
        why ??= ofStatus(response.statusCode ?? 0, url, response.headers.location, wordsOf(body), isShared);
        request.destroy();
        socket.terminate();
      };
      response.once('end', end);
      response.once('error', end);
    });
    socket.on('error', (error) => {
      why ??= ofError(error, url);
    });
    socket.on('close', (code, words) => {
      clearInterval(beat);
      const said = plainText(String(words));
      onClose(why ?? { reason: said === '' ? `the connection to ${url} ended` : `${url} ended it: ${said} (${code})` });
    });

    return {
      write: (text) => {
        if (socket.readyState === socket.OPEN) socket.send(text);
      },
      destroy: (reason) => {
        why ??= { reason };
        socket.terminate();
      },
      close: async () => {
        socket.close();
        const timer = setTimeout(() => socket.terminate(), endWithin);
        await closed;
        clearTimeout(timer);
      },
    };
  };

import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { messageOf } from '../session/fleet-error.ts';
import { hostOf, longestToolAnswer } from '../session/tool.ts';
import type { Milliseconds } from '../session/units.ts';
import { createHostLookup } from './host-lookup.ts';
import { isLinkLocal, isPublicAddress } from './public-address.ts';

/** One HTTP request with bounds: whom it may reach, how long it takes and how much is read. No proxy is asked and nothing is kept open. */

export interface BoundedRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Hosts that may lie in a private network. */
  readonly privateHosts: readonly string[];
  /** Over everything, by `performance.now()`. */
  readonly endsAt: Milliseconds;
}

interface Head {
  readonly status: number;
  readonly contentType: string;
  readonly location: string | null;
}

export type BoundedAnswer =
  /** `body`: empty where it could not be read to its end and the status refuses all the same. */
  | (Head & { readonly kind: 'answer'; readonly body: string })
  /** `isSent`: the other side may have got it. */
  | {
      readonly kind: 'fault';
      readonly code: string;
      readonly reason: string;
      readonly isSent: boolean;
      readonly status: number | null;
    };

class Refused extends Error {
  override readonly name = 'Refused';
}

const refusal = (host: string, address: string): Refused =>
  new Refused(
    isLinkLocal(address)
      ? `${host} is ${address}, where clouds keep their metadata: that address is called only when it is allowed itself`
      : `${host} is ${address} in a private network: allow it by name (--allow-host ${host}) if that is meant`,
  );

/** An address is called when it is public, or its host is allowed by name. What a name leads to on this link, never. */
const mayReach = (host: string, address: string, privateHosts: readonly string[]): boolean => {
  if (isPublicAddress(address)) return true;
  return privateHosts.includes(host) && (!isLinkLocal(address) || isIP(host) !== 0);
};

const lookUpHost = createHostLookup(
  (host) => lookup(host, { all: true }),
  () => performance.now(),
);

/** The very addresses that are connected to are looked at: a name cannot mean another one a moment later. */
const guardedLookup =
  (host: string, privateHosts: readonly string[]): LookupFunction =>
  (name, options, done) => {
    lookUpHost(name).then(
      (found) => {
        const allowed = found.filter(({ address }) => mayReach(host, address, privateHosts));
        const [first] = allowed;
        if (first === undefined) return done(refusal(host, found[0]?.address ?? 'nowhere'), '', 0);
        return options.all === true ? done(null, allowed) : done(null, first.address, first.family);
      },
      (error: Error) => done(error, '', 0),
    );
  };

/** In the letters that it says it is written in, UTF-8 where it names none or none that there is; a mark at its beginning is no part of it. */
const inLetters = (bytes: Buffer, contentType: string): string => {
  const named = /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(named).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
};

const read = (message: IncomingMessage): Promise<string | null> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    message.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > longestToolAnswer) {
        message.pause();
        resolve(null);
      } else chunks.push(chunk);
    });
    message.on('end', () => resolve(inLetters(Buffer.concat(chunks), message.headers['content-type'] ?? '')));
    message.on('error', reject);
    message.on('aborted', () => reject(new Error('the connection was cut')));
  });

/** Never rejects. */
export const boundedRequest = (wanted: BoundedRequest): Promise<BoundedAnswer> => {
  const { url, privateHosts, endsAt } = wanted;
  const host = hostOf(url);
  let isSent = false;
  let head: Head | null = null;
  /** What a status refuses it refuses, however long, slow or broken the page is that says so. */
  const fault = (code: string, reason: string): BoundedAnswer =>
    head !== null && (head.status < 200 || head.status >= 300)
      ? { kind: 'answer', ...head, body: '' }
      : { kind: 'fault', code, reason, isSent, status: head?.status ?? null };

  if (isIP(host) !== 0 && !mayReach(host, host, privateHosts))
    return Promise.resolve(fault('private-address', refusal(host, host).message));

  return new Promise((resolve) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    const sent = send(url, {
      method: wanted.method,
      agent: false,
      headers: {
        ...wanted.headers,
        // Nothing is unpacked: what is read is what was sent.
        'accept-encoding': 'identity',
        ...(wanted.method === 'POST' ? { 'content-length': Buffer.byteLength(wanted.body) } : {}),
      },
      lookup: guardedLookup(host, privateHosts),
    });
    const end = (answer: BoundedAnswer): void => {
      clearTimeout(timer);
      sent.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end(fault('timeout', 'no answer in time')), Math.max(0, endsAt - performance.now()));

    sent.on('socket', (socket) => {
      socket.once(url.startsWith('https:') ? 'secureConnect' : 'connect', () => {
        isSent = true;
      });
    });
    sent.on('error', (error) =>
      end(
        error instanceof Refused
          ? fault('private-address', error.message)
          : fault(isSent ? 'broken' : 'unreachable', messageOf(error)),
      ),
    );
    // Without who takes such a connection Node closes it, and says nothing of it here.
    sent.on('upgrade', (_, socket) => {
      socket.destroy();
      end(fault('broken', 'the answer changes to another protocol (101)'));
    });
    sent.on('response', (message) => {
      const { headers } = message;
      head = {
        status: message.statusCode ?? 0,
        contentType: headers['content-type'] ?? '',
        location: headers.location ?? null,
      };
      const answered = head;
      if ((message.headers['content-encoding'] ?? 'identity') !== 'identity') {
        end(fault('garbled', `the answer is packed (${message.headers['content-encoding']}), which was not asked for`));
        return;
      }
      read(message).then(
        (body) =>
          end(
            body === null
              ? fault('too-large', `the answer is larger than ${longestToolAnswer / 1024} kB`)
              : { kind: 'answer', ...answered, body },
          ),
        (error: unknown) => end(fault('broken', messageOf(error))),
      );
    });
    sent.end(wanted.method === 'POST' ? wanted.body : undefined);
  });
};

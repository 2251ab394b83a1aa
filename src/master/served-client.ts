import { isFleetMethod } from '../orchestrator/door/fleet.ts';
import { clientMessageSchema } from '../protocol/client-message.ts';
import type { Fleet } from '../protocol/door.ts';
import type { DoorLine } from '../protocol/door-line.ts';
import type { FleetSnapshot } from '../protocol/fleet.ts';
import type { FleetApi } from '../protocol/fleet-api.ts';
import {
  agreedVersion,
  type ClientMessage,
  deltaBetween,
  type MasterMessage,
  type WireVersions,
  wireVersions,
} from '../protocol/wire.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import { plainText } from '../session/plain-text.ts';
import type { Bytes, Milliseconds } from '../session/units.ts';

/** One client of the door, from its hello to its end. */
export interface ServedClient {
  /** Sends what changed since it last took something; one that does not read gets it when its line has drained. */
  publish(): void;
  /** Settles when everything that it has asked so far is answered. */
  answered(): Promise<unknown>;
  /** Says goodbye in words and ends the connection. */
  end(why: string): void;
  destroy(): void;
}

export interface ServeOptions {
  readonly fleet: Fleet;
  readonly version: string;
  /** What is spoken; default: what this program speaks. */
  readonly wire?: WireVersions;
  readonly log: (level: 'debug' | 'info' | 'warn', text: string, fields?: Readonly<Record<string, unknown>>) => void;
}

/** Answers that a client does not read are kept up to this; beyond it the client is gone for us. */
const maxUnreadBytes: Bytes = 32 * 1024 * 1024;
/** A client that says nothing at all is no client of ours. */
const helloWithin: Milliseconds = 5000;

/** A message, or why this text is none. */
const readMessage = (text: string): ClientMessage | { readonly refusal: string } => {
  try {
    const parsed = clientMessageSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : { refusal: 'this message is not understood' };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { refusal: 'this line is not JSON' };
  }
};

/** Whose program is the older one, and what brings it up. */
const skewRefusal = ({ oldest, newest }: WireVersions, theirs: number, version: string): string => {
  const ours = oldest === newest ? `version ${newest}` : `versions ${oldest} to ${newest}`;
  const spoken = `this master speaks ${ours} of the protocol (zap-fleet ${version}), you speak ${theirs}`;
  return theirs < oldest
    ? `${spoken}: this program is too old. Upgrade it`
    : `${spoken}: the master is too old. Upgrade it there: zap-fleet upgrade`;
};

/** What is written to a client, and whether it takes more. */
const createWriter = (line: DoorLine, log: ServeOptions['log']) => {
  let blocked = false;

  return {
    isBlocked: (): boolean => blocked,
    drained: (): void => {
      blocked = false;
    },
    write: (message: MasterMessage): void => {
      if (!line.isOpen()) return;

      blocked = !line.write(JSON.stringify(message)) || blocked;
      if (line.unreadBytes() > maxUnreadBytes) {
        log('warn', 'a client that does not read was let go', { unreadBytes: line.unreadBytes() });
        line.destroy();
      }
    },
  };
};

/** The result of a request as a message; never rejects. */
const answerTo = async (
  { fleet, version }: ServeOptions,
  { id, method, params }: Extract<ClientMessage, { type: 'request' }>,
): Promise<MasterMessage> => {
  try {
    if (!isFleetMethod(method))
      throw new FleetError('usage', `this master does not know "${plainText(method)}"; it runs version ${version}.`);

    const result = await fleet.request(method, params as FleetApi[typeof method]['params']);
    return { type: 'response', id, result };
  } catch (error) {
    const code = error instanceof FleetError ? error.code : 'failed';
    return { type: 'failure', id, code, message: plainText(messageOf(error)) };
  }
};

/** Serves until the line closes, which `onClose` is told. */
export const serveClient = (
  line: DoorLine,
  options: ServeOptions,
  onClose: () => void = () => undefined,
): ServedClient => {
  const { fleet, log } = options;
  const answering = new Set<Promise<void>>();
  const writer = createWriter(line, log);
  let greeted = false;
  /** Last snapshot that was written to it; null: it does not subscribe. */
  let sent: FleetSnapshot | null = null;

  const end = (why: string): void => {
    writer.write({ type: 'refused', message: why });
    line.end();
  };
  const refuse = (why: string): void => {
    end(why);
    log('info', 'a client was refused', { reason: why });
  };

  const publish = (): void => {
    if (sent === null || writer.isBlocked() || !line.isOpen()) return;

    const newest = fleet.getSnapshot();
    const delta = deltaBetween(sent, newest);
    if (delta === null) return;
    sent = newest;
    writer.write({ type: 'delta', delta });
  };

  const greet = (hello: Extract<ClientMessage, { type: 'hello' }>): void => {
    const wire = options.wire ?? wireVersions;
    const v = agreedVersion(wire, hello);
    if (v === null) {
      refuse(skewRefusal(wire, hello.v, options.version));
      return;
    }
    const { subscribe } = hello;
    greeted = true;
    const snapshot = fleet.getSnapshot();
    if (subscribe) sent = snapshot;
    writer.write({ type: 'snapshot', v, snapshot });
  };
  const answer = async (request: Extract<ClientMessage, { type: 'request' }>): Promise<void> => {
    const message = await answerTo(options, request);
    // What the request changed is seen before its answer.
    if (message.type === 'response') publish();
    writer.write(message);
  };

  const onMessage = (text: string): void => {
    const message = readMessage(text);
    if ('refusal' in message) refuse(message.refusal);
    else if (message.type === 'hello' && greeted) refuse('hello was said twice');
    else if (message.type === 'hello') greet(message);
    else if (!greeted) refuse('say hello first');
    else {
      const answered = answer(message).finally(() => answering.delete(answered));
      answering.add(answered);
    }
  };

  const timer = setTimeout(() => {
    if (!greeted) line.destroy();
  }, helloWithin);
  line.listen({
    onMessage,
    onBroken: refuse,
    onDrain: () => {
      writer.drained();
      publish();
    },
    onClose: () => {
      clearTimeout(timer);
      onClose();
    },
  });

  return { publish, answered: () => Promise.all(answering), end, destroy: () => line.destroy() };
};

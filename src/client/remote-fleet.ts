import { connect, type Socket } from 'node:net';
import process from 'node:process';
import { plainBackoff } from '../pace/backoff.ts';
import type { DoorConnection, Fleet } from '../protocol/door.ts';
import type { Banner, FleetSnapshot } from '../protocol/fleet.ts';
import type { FleetApi, FleetMethod } from '../protocol/fleet-api.ts';
import { createLineSplitter } from '../protocol/lines.ts';
import { applyDelta, type ClientMessage, type MasterMessage, maxLineBytes, wireVersion } from '../protocol/wire.ts';
import { FleetError, isFleetErrorCode, messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';

/** `Fleet` over one socket: a mirror of the master's snapshot, requests by number, and a way back when the master is gone. */
export interface RemoteFleet {
  readonly fleet: Fleet;
  /** Connects once and waits for the first snapshot. */
  open(): Promise<'open' | 'nobody' | { readonly refused: string }>;
}

const helloWithin: Milliseconds = 10_000;
/** Longer than every deadline inside the master; a lost master ends requests at once. */
const requestWithin: Milliseconds = 240_000;
/** These copy a whole fleet, one session after the other. */
const long: ReadonlySet<FleetMethod> = new Set(['backup', 'storePush', 'storePull', 'storeAdopt']);
const longWithin: Milliseconds = 3_600_000;
const retries = { firstMs: 100, maxMs: 2000 };
/** PM2 starts a killed master within a second or two; only when that does not happen a new one is launched. */
const relaunchAfter: Milliseconds = 6000;

interface Question {
  readonly done: (value: unknown) => void;
  readonly fail: (error: FleetError) => void;
  readonly timer: NodeJS.Timeout;
}

export const createRemoteFleet = (options: {
  readonly socket: string;
  readonly version: string | null;
  /** Of the settings that this program has now; null: nothing to compare. */
  readonly fingerprint: () => string | null;
  readonly relaunch: (() => Promise<unknown>) | null;
}): RemoteFleet => {
  const listeners = new Set<() => void>();
  const questions = new Map<number, Question>();
  /** As the master sent it: deltas apply to this. */
  let mirror: FleetSnapshot | null = null;
  /** With what only this client knows. */
  let shown: FleetSnapshot | null = null;
  let socket: Socket | null = null;
  let connection: DoorConnection = { state: 'lost', since: Date.now(), reason: 'not connected yet' };
  let nextId = 1;
  let closed = false;
  let wasOpen = false;
  let goodbye: string | null = null;
  let retry: NodeJS.Timeout | null = null;
  let relaunching = false;

  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };

  const ownBanners = (snapshot: FleetSnapshot): readonly Banner[] => {
    const { fleet } = snapshot;
    const banners: Banner[] = [];
    const fingerprint = options.fingerprint();
    if (fingerprint !== null && fingerprint !== fleet.settingsFingerprint) {
      banners.push({
        id: 'settings-mismatch',
        level: 'warn',
        code: 'settings-mismatch',
        text: 'The master runs with other settings than yours. To use yours: zap-fleet master stop, then zap-fleet.',
        since: fleet.startedAt,
        values: {},
      });
    }
    if (options.version !== null && options.version !== fleet.version) {
      banners.push({
        id: 'version-skew',
        level: 'warn',
        code: 'version-skew',
        text: `The master runs version ${fleet.version}, this is ${options.version}. To bring it up: zap-fleet upgrade`,
        since: fleet.startedAt,
        values: { master: fleet.version, program: options.version },
      });
    }
    return banners;
  };
  let extra: readonly Banner[] = [];
  const show = (next: FleetSnapshot): void => {
    const before = mirror;
    mirror = next;
    if (before?.fleet !== next.fleet) extra = ownBanners(next);
    if (extra.length === 0) shown = next;
    else if (shown === null || before?.banners !== next.banners || before?.fleet !== next.fleet) {
      shown = { ...next, banners: [...next.banners, ...extra] };
    } else shown = { ...next, banners: shown.banners };
    tell();
  };

  const failAll = (reason: string): void => {
    for (const question of questions.values()) {
      clearTimeout(question.timer);
      question.fail(new FleetError('unavailable', reason));
    }
    questions.clear();
  };

  const lostNow = (reason: string): void => {
    socket = null;
    failAll(`the master went away before it answered: ${reason}. Look at "zap-fleet ls" before you repeat it.`);
    if (connection.state === 'open') {
      connection = { state: 'lost', since: Date.now(), reason };
      tell();
    } else if (connection.reason !== reason && wasOpen) {
      connection = { ...connection, reason };
      tell();
    }
    if (wasOpen && !closed) scheduleRetry(0);
  };

  const scheduleRetry = (failures: number): void => {
    if (retry !== null || closed) return;
    retry = setTimeout(
      () => {
        retry = null;
        void tryAgain(failures);
      },
      plainBackoff(failures, retries),
    );
  };
  const tryAgain = async (failures: number): Promise<void> => {
    if (closed) return;
    const result = await open();
    if (result === 'open' || closed) return;
    const { since } = connection.state === 'lost' ? connection : { since: Date.now() };
    // Stopped on purpose: whoever stopped it does not want us to start it again.
    if (
      result === 'nobody' &&
      goodbye === null &&
      options.relaunch !== null &&
      !relaunching &&
      Date.now() - since > relaunchAfter
    ) {
      relaunching = true;
      try {
        await options.relaunch();
      } catch (error) {
        lostNow(messageOf(error));
      } finally {
        relaunching = false;
      }
    }
    scheduleRetry(failures + 1);
  };

  const onMessage = (message: MasterMessage, opened: (result: 'open' | { refused: string }) => void): void => {
    switch (message.type) {
      case 'snapshot':
        connection = { state: 'open' };
        wasOpen = true;
        goodbye = null;
        show(message.snapshot);
        opened('open');
        return;
      case 'delta':
        if (mirror !== null) show(applyDelta(mirror, message.delta));
        return;
      case 'response': {
        const question = questions.get(message.id);
        questions.delete(message.id);
        if (question === undefined) return;
        clearTimeout(question.timer);
        question.done(message.result);
        return;
      }
      case 'failure': {
        const question = questions.get(message.id);
        questions.delete(message.id);
        if (question === undefined) return;
        clearTimeout(question.timer);
        question.fail(new FleetError(isFleetErrorCode(message.code) ? message.code : 'failed', message.message));
        return;
      }
      case 'refused':
        goodbye = message.message === '' ? null : message.message;
        opened({ refused: message.message });
        return;
    }
  };

  const open = (): Promise<'open' | 'nobody' | { refused: string }> =>
    new Promise((done) => {
      const current = connect(options.socket);
      const splitter = createLineSplitter(maxLineBytes);
      let settled = false;
      const settle = (result: 'open' | 'nobody' | { refused: string }): void => {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        done(result);
      };
      const timer = setTimeout(() => {
        current.destroy();
        settle({ refused: 'the master does not answer; it may hang. See: zap-fleet doctor' });
      }, helloWithin);
      current.on('connect', () => {
        const hello: ClientMessage = {
          type: 'hello',
          v: wireVersion,
          version: options.version ?? '',
          subscribe: true,
          pid: process.pid,
        };
        current.write(`${JSON.stringify(hello)}\n`);
        socket = current;
      });
      current.on('data', (chunk) => {
        try {
          // The master is our own program: what it says is trusted.
          for (const line of splitter.push(chunk)) onMessage(JSON.parse(line) as MasterMessage, settle);
        } catch (error) {
          current.destroy(error instanceof Error ? error : new Error(String(error)));
        }
      });
      let reason = 'it ended';
      current.on('error', (error) => {
        reason = messageOf(error);
      });
      current.on('close', () => {
        const never = !settled;
        settle('nobody');
        if (closed) return;
        if (socket === current) lostNow(goodbye ?? reason);
        else if (!never) lostNow(reason);
      });
    });

  const request = <M extends FleetMethod>(method: M, params: FleetApi[M]['params']): Promise<FleetApi[M]['result']> =>
    new Promise((done, fail) => {
      const current = socket;
      if (closed || current === null || connection.state !== 'open') {
        const why = connection.state === 'lost' ? connection.reason : 'the door is closed';
        fail(new FleetError('unavailable', `no master answers (${why}). It is looked for; try again in a moment.`));
        return;
      }
      const id = nextId++;
      const within = long.has(method) ? longWithin : requestWithin;
      const timer = setTimeout(() => {
        questions.delete(id);
        fail(
          new FleetError(
            'timeout',
            `the master did not answer "${method}" within ${within / 1000} s. See: zap-fleet doctor`,
          ),
        );
      }, within);
      // What the master answers to a method is that method's result.
      questions.set(id, { done: (value) => done(value as FleetApi[M]['result']), fail, timer });
      const message: ClientMessage = { type: 'request', id, method, params };
      const line = `${JSON.stringify(message)}\n`;
      if (Buffer.byteLength(line) > maxLineBytes) {
        clearTimeout(timer);
        questions.delete(id);
        fail(new FleetError('usage', `this is too long: at most ${maxLineBytes} bytes.`));
        return;
      }
      current.write(line);
    });

  const fleet: Fleet = {
    getSnapshot: () => {
      if (shown === null) throw new FleetError('unavailable', 'the fleet was not reached yet');
      return shown;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    request,
    connection: () => connection,
    close: async () => {
      closed = true;
      if (retry !== null) clearTimeout(retry);
      failAll('the door was closed');
      const current = socket;
      socket = null;
      if (current === null || current.destroyed) return;
      await new Promise<void>((done) => {
        const timer = setTimeout(() => current.destroy(), 1000);
        current.once('close', () => {
          clearTimeout(timer);
          done();
        });
        current.end();
      });
    },
  };
  return { fleet, open };
};

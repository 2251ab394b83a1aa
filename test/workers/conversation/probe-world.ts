import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isExpected } from '../../../src/master/probes/expected-answer.ts';
import { type EndedRun, lookAtRun } from '../../../src/master/probes/look-at-run.ts';
import type { SessionConfig } from '../../../src/session/session-config.ts';
import { parseSessionName } from '../../../src/session/session-name.ts';
import type { StoredSession } from '../../../src/store/session-store.ts';
import { createSessionTotals } from '../../../src/store/session-totals.ts';
import type { Store } from '../../../src/store/store.ts';
import { createConversationEngine } from '../../../workers/conversation/conversation-engine.ts';
import type { ConversationEngine } from '../../../workers/conversation/core/engine-types.ts';
import type { WhatsAppMessage } from '../../../workers/whatsapp/whatsapp-client.ts';
import { openStoreAt } from '../../support/empty-database.ts';
import {
  createFakeAi,
  createFakeFiles,
  createFakeTools,
  createFakeWhatsApp,
  createVirtualClock,
  type FakeAi,
  type FakeWhatsApp,
  message,
  plainConfig,
  silentLog,
  start,
  type VirtualClock,
} from './pipeline-support.ts';

/** Two sessions of one fleet and the WhatsApp between them: what one sends to the other's number arrives there, under whatever address. */

export interface ProbeSide {
  readonly session: StoredSession;
  readonly phone: string;
  readonly lid: string;
  readonly whatsapp: FakeWhatsApp;
  readonly ai: FakeAi;
  readonly totals: ReturnType<typeof createSessionTotals>;
  engine: ConversationEngine;
  /** The worker dies here; a new one takes over. */
  restart(): void;
  /** While false nothing is carried to it; it catches up afterwards. */
  setConnected(connected: boolean): void;
  customer(text: string, phone: string, more?: Partial<WhatsAppMessage>): WhatsAppMessage;
}

export interface ProbeWorld {
  readonly store: Store;
  readonly clock: VirtualClock;
  readonly asks: ProbeSide;
  readonly asked: ProbeSide;
  readonly ended: EndedRun[];
  /** `asks` puts its question to `asked`, or the other way round. */
  begin(from: ProbeSide, to: ProbeSide, text?: string, expect?: string | null): number;
  /** Time passes second by second: what went out arrives, and the master looks. */
  pass(seconds: number): Promise<void>;
  /** The master is away from here on until `masterBack`. */
  masterAway(): void;
  masterBack(): void;
  close(): void;
}

let ids = 0;

export const createProbeWorld = (
  options: {
    readonly config?: SessionConfig;
    /** Under which address a message arrives. */
    readonly address?: (side: { readonly phone: string; readonly lid: string }) => string;
    readonly directory?: string;
  } = {},
): ProbeWorld => {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'zf-probe-'));
  const store = openStoreAt(join(directory, 'fleet.db'));
  const clock = createVirtualClock();
  const ended: EndedRun[] = [];
  const connected = new Map<string, boolean>();
  let watchedSince: number | null = start;

  const createSide = (name: string, phone: string, lid: string): ProbeSide => {
    const created = store.sessions.create(
      {
        name: parseSessionName(name),
        label: '',
        engine: 'simulated',
        expectedPhone: null,
        config: options.config ?? plainConfig(),
        instructions: null,
        author: 'you',
      },
      start,
    );
    store.sessions.setAccount(created.id, { phone, lid, pushName: null }, start - 3_600_000);
    const session = store.sessions.byId(created.id) as StoredSession;
    const whatsapp = createFakeWhatsApp(clock);
    const ai = createFakeAi();
    let lives = 0;
    let life = clock.life();

    const open = (): ConversationEngine => {
      lives += 1;
      life = clock.life();
      return createConversationEngine({
        store,
        session,
        client: {
          ...whatsapp.client(life),
          newMessageId: () => {
            ids += 1;
            return `3EB0${ids}`;
          },
        },
        tools: createFakeTools(),
        files: createFakeFiles(),
        aiFor: () => ai,
        settings: { adminNumbers: [], language: 'en', fleetBudgetUsd: null },
        clock: life,
        random: () => 0.5,
        log: silentLog,
        report: () => undefined,
        life: `${name}-${lives}`,
      });
    };
    const side: ProbeSide = {
      session,
      phone,
      lid,
      whatsapp,
      ai,
      totals: createSessionTotals(store.database),
      engine: open(),
      restart: () => {
        side.engine.close();
        life.kill();
        side.engine = open();
        if (connected.get(session.id) === true) side.engine.onConnected(clock.now());
      },
      setConnected: (is) => {
        connected.set(session.id, is);
        if (is) side.engine.onConnected(clock.now());
        else side.engine.onDisconnected();
      },
      customer: (text, customerPhone, more = {}) => {
        const one = message(text, {
          chatId: `${customerPhone}@c.us`,
          timestamp: Math.floor(clock.now() / 1000) * 1000,
          ...more,
        });
        whatsapp.inbox.push(one);
        if (connected.get(session.id) === true) side.engine.onMessage(one);
        return one;
      },
    };
    return side;
  };

  const asks = createSide('matriz', '5511987650001', '111111@lid');
  const asked = createSide('padaria', '5511987650002', '222222@lid');
  const sides = [asks, asked];
  for (const side of sides) side.setConnected(true);

  const carried = new Map(sides.map((side) => [side, 0]));
  /** What went out to the other one's number arrives there, with the sender's id. */
  const carry = (): void => {
    for (const from of sides) {
      const to = from === asks ? asked : asks;
      const news = from.whatsapp.sent.slice(carried.get(from));
      carried.set(from, from.whatsapp.sent.length);
      for (const { chatId, messageId, text } of news) {
        if (chatId !== `${to.phone}@c.us` && chatId !== to.lid) continue;
        const address = options.address?.(from) ?? `${from.phone}@c.us`;
        to.customer(text, from.phone, {
          id: `false_${address}_${messageId}`,
          chatId: address,
          addresses: [address],
          phone: address.endsWith('@lid') ? null : from.phone,
          pushName: null,
        });
      }
    }
  };
  const look = (): void => {
    if (watchedSince === null) return;
    for (const run of store.probes.openRuns()) {
      const isConnected = (id: string): boolean => connected.get(id) === true;
      const end = lookAtRun({ store, isConnected, watchedSince, isExpected }, run, clock.now());
      if (end === null) continue;
      ended.push(end);
      for (const side of sides) side.engine.wake();
    }
  };

  return {
    store,
    clock,
    asks,
    asked,
    ended,
    begin: (from, to, text = 'Vocês abrem hoje?', expect = null) => {
      const run = store.probes.begin(
        { target: to.session, from: from.session, address: `${to.phone}@c.us`, why: 'due', text, expect },
        clock.now(),
      );
      from.engine.wake();
      return run.id;
    },
    pass: async (seconds) => {
      for (let second = 0; second < seconds; second += 1) {
        await clock.advance(1000);
        carry();
        look();
      }
    },
    masterAway: () => {
      watchedSince = null;
    },
    masterBack: () => {
      watchedSince = clock.now();
    },
    close: () => {
      for (const side of sides) side.engine.close();
      store.close();
      if (options.directory === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
};

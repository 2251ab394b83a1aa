import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { createBeat } from '../../pace/beat.ts';
import type { Incident } from '../../protocol/fleet.ts';
import type { GroupState } from '../../protocol/group.ts';
import { messageOf } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import type { Milliseconds } from '../../session/units.ts';
import { mayFindOthers } from '../../settings/discovery.ts';
import type { GroupDoor } from '../../store/replica/group-watch.ts';
import type { MasterParts } from '../open-parts.ts';
import { plainRoom, type Room } from '../room.ts';
import { doorProblem } from './door-url.ts';
import { peersOf } from './find-peers.ts';
import { createGoneServers } from './gone-servers.ts';
import { createPeerNumbers } from './peer-numbers.ts';

/** Serves nothing of its own: what it knows of servers that are gone stands among the incidents. */
export interface GroupRoom extends Room {
  readonly goneHistory: (limit: number) => readonly Incident[];
}

export type ResolveName = (name: string) => Promise<readonly string[]>;

/** A task of a Swarm that came or went is in its DNS at once; an answer is a packet. */
const lookEvery: Milliseconds = 10_000;
const lookWithin: Milliseconds = 5000;
/** So many looks in a row without an answer are no hiccup. */
const patience = 3;
const dnsBanner = 'discover-failed';
const tokenBanner = 'peers-no-token';
const addressBanner = 'door-address';

const resolveName: ResolveName = async (name) => (await lookup(name, { all: true })).map(({ address }) => address);

const ownAddresses = (): ReadonlySet<string> =>
  new Set(Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)));

/** Finds the other servers of a group or Swarm, and shows what is known of them. */
export const createGroupRoom = (parts: MasterParts, resolve: ResolveName = resolveName): GroupRoom => {
  const { settings, secrets, store, state, replica, log, now } = parts;
  const gone = createGoneServers(parts);
  const { group: byGroup, dns } = settings.FLEET_DISCOVER;
  const numbers = createPeerNumbers(store.meta, now);
  let doors: readonly GroupDoor[] = [];
  let addresses: readonly string[] = [];
  let failures = 0;
  let shown = '';

  /** Each server makes a token of its own where nobody sets one: no dashboard could open the others' doors with it. */
  const sayTokenIsMissing = (others: number): void => {
    if (others === 0 || secrets.FLEET_API_TOKEN !== undefined) {
      state.clearBanner(tokenBanner);
      return;
    }
    const text = `${others} other ${others === 1 ? 'server was' : 'servers were'} found. To see them here, set the same FLEET_API_TOKEN on all servers and restart`;
    state.setBanner({ id: tokenBanner, level: 'warn', code: tokenBanner, text, values: { others } });
  };

  /** No dashboard sends a token there. */
  const sayDoorIsNone = (): void => {
    const problem = doorProblem(settings);
    if (problem === null) return;
    const text = `FLEET_DOOR_URL is told to nobody: ${problem}`;
    log.warn(text);
    state.setBanner({ id: addressBanner, level: 'warn', code: addressBanner, text, values: { reason: problem } });
  };

  const show = (): void => {
    const peers = peersOf(
      {
        doors: byGroup ? doors : [],
        addresses,
        port: dns?.port ?? settings.PORT,
        own: { addresses: ownAddresses(), port: settings.PORT, url: settings.FLEET_DOOR_URL ?? null },
      },
      numbers,
    );
    sayTokenIsMissing(peers.length);
    const group: GroupState = { peers, gone: gone.nodes() };
    const text = JSON.stringify(group);
    if (text === shown) return;
    shown = text;
    state.setGroup(group);
  };

  const lookUp = async (name: string): Promise<void> => {
    try {
      addresses = await resolve(name);
      failures = 0;
      state.clearBanner(dnsBanner);
    } catch (error) {
      // Who was found is not gone because a question was not answered.
      failures += 1;
      if (failures !== patience) return;
      const text = `FLEET_DISCOVER: ${name} has no address here (${plainText(messageOf(error))}). In a Swarm it is tasks. and the service's name, asked in a network that the service is in`;
      log.warn(text);
      state.setBanner({ id: dnsBanner, level: 'warn', code: dnsBanner, text, values: { name } });
      return;
    }
    show();
  };

  const beat =
    dns === null
      ? null
      : createBeat({
          look: () => lookUp(dns.name),
          everyMs: lookEvery,
          firstMs: 0,
          withinMs: lookWithin,
          onProblem: (error) => log.warn('the other servers could not be looked for', { error: messageOf(error) }),
        });

  const room = plainRoom({
    begin: () => {
      gone.begin();
      if (!mayFindOthers(settings)) return;
      replica.onGroup((view) => {
        doors = view.doors;
        const told = gone.hear(view.gone);
        show();
        return told;
      });
      sayDoorIsNone();
      show();
      beat?.begin();
    },
    close: () => beat?.close(),
  });
  return { ...room, goneHistory: gone.history };
};

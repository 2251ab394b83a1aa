import type { FleetSnapshot, SessionRow } from '../protocol/fleet.ts';
import type { GoneNode, GoneSession } from '../protocol/group.ts';
import { plainText } from '../session/plain-text.ts';
import type { SessionName } from '../session/session-name.ts';
import { leftBehindReason, movesSoonReason, noTakerReason, type Verdict } from '../session/verdict.ts';
import { leftKind } from '../words/gone-words.ts';

/** Sessions of servers that are gone, as rows among this server's own: nobody else shows them any more. */

interface Standing {
  readonly verdict: Verdict;
  readonly reasonCode: string;
  readonly reason: string;
}

/** How a session of a server that is gone stands; null: another server has it, and shows it. */
export const standingLeft = (session: GoneSession, { name: server }: Pick<GoneNode, 'name'>): Standing | null => {
  const [name, node] = [plainText(session.name), plainText(server)];
  const takeOver = `When that server is off for good: zap-fleet start ${name} --take-over. If it still lives, both answer until it hears of it.`;
  switch (leftKind(session)) {
    case 'moved':
      return null;
    case 'lease':
      return {
        verdict: 'moving',
        reasonCode: movesSoonReason,
        reason: `its server ${node} is gone: another one takes it when its lease is over`,
      };
    case 'room':
      return {
        verdict: 'left_behind',
        reasonCode: noTakerReason,
        reason: `its server ${node} is gone, and no other one has taken it: none has room. ${takeOver}`,
      };
    case 'person':
      return {
        verdict: 'left_behind',
        reasonCode: leftBehindReason,
        reason: `its server ${node} is gone. ${takeOver}`,
      };
  }
};

const noActivity = {
  received: 0,
  waiting: { chats: 0, oldestSince: null, estimated: false },
  silent: { chats: 0, today: 0, oldestSince: null },
} as const;

/** Of a session that this server never had, only what its group knows of it can be said. */
const rowOf = (session: GoneSession, node: GoneNode, standing: Standing): SessionRow => ({
  id: session.id ?? `gone:${node.id}:${session.name}`,
  name: plainText(session.name) as SessionName,
  label: '',
  engine: 'wppconnect',
  failover: session.failover,
  state: 'held',
  desiredState: 'running',
  ...standing,
  since: node.since,
  expectedPhone: null,
  phone: null,
  provider: 'echo',
  model: '',
  replies: 'on',
  ai: { status: 'off', code: null, reason: null },
  pid: null,
  port: null,
  startedAt: null,
  resources: null,
  restarts: 0,
  nextTryAt: null,
  receivedLastHour: noActivity.received,
  sentLastHour: noActivity.received,
  lastMessageAt: null,
  waiting: noActivity.waiting,
  silent: noActivity.silent,
  asksForPerson: 0,
  restriction: null,
  heldMessages: 0,
  opensAt: null,
  pausedChats: 0,
  drafts: 0,
  troubleMessages: 0,
  costTodayUsd: 0,
  qr: null,
  pairing: null,
  pending: null,
  incidentId: null,
  node: plainText(node.name),
  revision: 0,
  createdAt: node.since,
});

const isKnownAs = (row: SessionRow, session: GoneSession): boolean =>
  session.id === null ? row.name === session.name : row.id === session.id;

/** With a row for each of them; rows, and the snapshot itself, stay the same while nothing of it changes. */
export const createLeftBehind = () => {
  const made = new WeakMap<GoneSession, { readonly of: SessionRow | null; readonly row: SessionRow }>();
  let before: { readonly from: FleetSnapshot; readonly sessions: readonly SessionRow[] } | null = null;

  const leftRow = (session: GoneSession, node: GoneNode, own: SessionRow | null): SessionRow | null => {
    const known = made.get(session);
    if (known !== undefined && known.of === own) return known.row;

    const standing = standingLeft(session, node);
    if (standing === null) return null;
    const row =
      own === null
        ? rowOf(session, node, standing)
        : { ...own, ...standing, since: node.since, node: plainText(node.name), nextTryAt: null };
    made.set(session, { of: own, row });
    return row;
  };

  const sessionsOf = ({ sessions, group }: FleetSnapshot): readonly SessionRow[] => {
    const replaced = new Map<SessionRow, SessionRow>();
    const added: SessionRow[] = [];
    for (const node of group?.gone ?? []) {
      if (node.stopped) continue;
      for (const session of node.sessions) {
        const own = sessions.find((row) => isKnownAs(row, session)) ?? null;
        // Taken over here a moment ago: its row says more than what was heard before.
        if (own !== null && own.verdict !== 'elsewhere' && own.desiredState === 'running') continue;
        const row = leftRow(session, node, own);
        if (row === null) continue;
        if (own === null) added.push(row);
        else replaced.set(own, row);
      }
    }
    if (replaced.size === 0 && added.length === 0) return sessions;
    return [...sessions.map((row) => replaced.get(row) ?? row), ...added].sort((a, b) => (a.name < b.name ? -1 : 1));
  };

  return (snapshot: FleetSnapshot): FleetSnapshot => {
    if (snapshot.group == null || snapshot.group.gone.length === 0) return snapshot;
    if (before?.from.sessions !== snapshot.sessions || before.from.group !== snapshot.group)
      before = { from: snapshot, sessions: sessionsOf(snapshot) };
    return before.sessions === snapshot.sessions ? snapshot : { ...snapshot, sessions: before.sessions };
  };
};

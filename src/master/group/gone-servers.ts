import { clientText } from '../../orchestrator/health/incident-conclusion.ts';
import type { GoneNode } from '../../protocol/group.ts';
import type { GoneServer } from '../../store/replica/group-watch.ts';
import { leftWords } from '../../words/gone-words.ts';
import type { MasterParts } from '../open-parts.ts';
import { createGoneIncidents, type GoneIncidents } from './gone-incidents.ts';

/** Servers of the group that are gone: an incident where this one tells people, else a banner; and what a client shows of them. */
export interface GoneServers extends Pick<GoneIncidents, 'history'> {
  /** Shows what the last master left open. */
  begin(): void;
  /** Answers with those of whose end people were told from here. */
  hear(gone: readonly GoneServer[]): readonly string[];
  nodes(): readonly GoneNode[];
}

const bannerOf = ({ nodeId }: Pick<GoneServer, 'nodeId'>): string => `node-gone:${nodeId}`;
/** Of a problem, as the alerts keep it. */
const alertKey = (incidentId: number): string => `incident:${incidentId}`;

const nodeOf = ({ nodeId, name, host, since, stopped, sessions }: GoneServer): GoneNode => ({
  id: nodeId,
  name,
  host,
  since,
  stopped,
  sessions: sessions.map((session) => ({ ...session })),
});

export const createGoneServers = ({ settings, store, state, book, now }: MasterParts): GoneServers => {
  let shown: readonly GoneServer[] = [];

  const incidents = createGoneIncidents({
    incidents: store.incidents,
    clientText: clientText('server-gone', settings.FLEET_LANG ?? 'pt-BR'),
    isTold: (id) => store.alerts.isSent('problem', alertKey(id)),
    record: (kind, { name, since }, text) =>
      book.record(null, {
        level: kind === 'server-gone' ? 'error' : 'info',
        kind,
        text,
        evidence: { server: name, since },
        actor: 'supabase',
      }),
    now,
  });

  const showBanner = (server: GoneServer): void => {
    const { name, sessions, stopped, since } = server;
    const waiting = sessions.filter(({ takenBy }) => takenBy === null).map((session) => session.name);
    const left = leftWords(sessions, 'en');
    state.setBanner({
      id: bannerOf(server),
      level: 'warn',
      code: stopped ? 'node-stopped' : 'node-gone',
      text: stopped
        ? `the server ${name} was stopped, and ${waiting.length} of its sessions wait for it: ${waiting.slice(0, 5).join(', ')}`
        : `the server ${name} is gone. ${left}`,
      values: {
        node: name,
        nodeId: server.nodeId,
        since,
        waiting: waiting.length,
        names: waiting.slice(0, 5).join(', '),
        left,
        leftPt: leftWords(sessions, 'pt-BR'),
      },
    });
  };

  return {
    begin: () => state.setGoneIncidents(incidents.latest()),
    hear: (gone) => {
      const told = incidents.hear(gone);
      // Where people are told from here its incident says it.
      const bannered = gone.filter(({ mournedHere, stopped }) => stopped || !mournedHere);
      const kept = new Set(bannered.map(bannerOf));
      for (const before of shown) if (!kept.has(bannerOf(before))) state.clearBanner(bannerOf(before));
      for (const server of bannered) showBanner(server);
      shown = gone;
      state.setGoneIncidents(incidents.latest());
      return told;
    },
    nodes: () => shown.map(nodeOf),
    history: incidents.history,
  };
};

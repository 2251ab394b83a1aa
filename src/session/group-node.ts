import type { Milliseconds } from './units.ts';

/** The servers that share a Supabase, as a person sees them, and whether a session can go to one of them. Pure. */
export interface GroupNode {
  readonly nodeId: string;
  /** `FLEET_NODE`, or the machine's name. */
  readonly name: string;
  readonly host: string | null;
  readonly version: string | null;
  /** Of its working store; null: it never said. */
  readonly schema: number | null;
  /** Sessions that fit beside those that run; null: it never said. */
  readonly room: number | null;
  readonly running: number | null;
  readonly labels: readonly string[];
  readonly adopts: boolean;
  readonly draining: boolean;
  /** Since it was heard of last; null: never. */
  readonly silentMs: Milliseconds | null;
  /** Its sessions that want to run. */
  readonly sessions: number;
  /** The one that was asked. */
  readonly here: boolean;
}

/** Reason codes of a session that is on its way to another server, and of one that went. */
export const movingReason = 'moving';
export const movedReason = 'moved-away';

/** A server that lives says so every few seconds. */
export const silentAfter: Milliseconds = 30_000;

export const isSilent = ({ silentMs }: Pick<GroupNode, 'silentMs'>): boolean =>
  silentMs === null || silentMs > silentAfter;

/** What of a session decides where it can go. */
export interface MovingSession {
  readonly name: string;
  /** It wants to run, so it needs room. */
  readonly runs: boolean;
  /** A server's name or `label:` and a label: only there it is taken by itself. */
  readonly wantedNode: string | null;
}

export interface MoveObstacle {
  readonly code: 'same-node' | 'silent' | 'draining' | 'older' | 'label' | 'no-room';
  /** One line that says what to do. */
  readonly text: string;
}

const describeSilence = (silentMs: Milliseconds | null): string => {
  if (silentMs === null) return 'was never heard of';
  const minutes = Math.floor(silentMs / 60_000);
  return minutes < 1 ? `was not heard of for ${Math.floor(silentMs / 1000)} s` : `was not heard of for ${minutes} min`;
};

/** Why a session cannot go there now; null: it can. `from`: the server that it is on. */
export const moveObstacle = (
  to: GroupNode,
  from: Pick<GroupNode, 'nodeId' | 'schema'>,
  { name, runs, wantedNode }: MovingSession,
): MoveObstacle | null => {
  if (to.nodeId === from.nodeId) return { code: 'same-node', text: `${name} is on ${to.name} already.` };
  if (isSilent(to))
    return {
      code: 'silent',
      text: `${to.name} ${describeSilence(to.silentMs)}: see that its master runs (there: zap-fleet doctor), or choose another server (zap-fleet node ls).`,
    };
  if (to.draining)
    return {
      code: 'draining',
      text: `${to.name} is drained and takes nothing. First: zap-fleet node undrain ${to.name}`,
    };
  if (to.schema === null || (from.schema !== null && to.schema < from.schema))
    return {
      code: 'older',
      text: `${to.name} runs an older zap-fleet (${to.version ?? 'unknown'}), which cannot read what this one wrote: update it first.`,
    };
  const label = wantedNode?.startsWith('label:') === true ? wantedNode.slice('label:'.length) : null;
  if (label !== null && !to.labels.includes(label))
    return {
      code: 'label',
      text: `${name} is wanted where the label ${label} is (wanted_node in Supabase), and ${to.name} has it not (FLEET_LABELS).`,
    };
  if (runs && (to.room ?? 0) < 1)
    return {
      code: 'no-room',
      text: `${to.name} has no room: ${to.running ?? 0} sessions run there, and no other fits. Stop one there, or choose another server (zap-fleet node ls).`,
    };
  return null;
};

/** The server that a person means: by its name, its machine's name or its id. Null: there is none; `several`: its name is not enough. */
export const nodeNamed = (nodes: readonly GroupNode[], text: string): GroupNode | 'several' | null => {
  for (const key of ['nodeId', 'name', 'host'] as const) {
    const found = nodes.filter((node) => node[key] === text);
    if (found.length > 1) return 'several';
    if (found[0] !== undefined) return found[0];
  }
  return null;
};

/** Where a session goes that may go anywhere: the most room first. */
export const roomiest = (nodes: readonly GroupNode[]): readonly GroupNode[] =>
  [...nodes].sort((a, b) => (b.room ?? 0) - (a.room ?? 0) || (a.name < b.name ? -1 : 1));

/** What a session's bot has in its hands, in figures: it travels by itself where servers share a key, and else stays behind. */
export interface StaysBehind {
  readonly tools: number;
  /** That it knows. */
  readonly files: number;
  /** Files that it sends. Left out by older programs. */
  readonly sends?: number | undefined;
  /** Addresses that are told what happens in it. Left out by older programs. */
  readonly hooks?: number | undefined;
}

/** The same by a program of now, with all of its figures. */
export type InHand = Readonly<Record<keyof StaysBehind, number>>;

/** How a move ended. */
export interface MoveReport {
  readonly outcome: 'moved' | 'stayed' | 'cancelled';
  /** Where the session is now. */
  readonly node: string;
  /** How it stands there, by that server's word; null: it has not said yet. */
  readonly state: string | null;
  /** Why it stayed, or why it does not answer there yet. */
  readonly reason: string | null;
}

/** How a drain ended. */
export interface DrainReport {
  readonly node: string;
  readonly moved: readonly { readonly name: string; readonly node: string }[];
  readonly stayed: readonly { readonly name: string; readonly reason: string }[];
  readonly cancelled: boolean;
}

/** The tabs of a session, from left to right. */
export type Tab = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** Where the dashboard is. */
export type Route =
  | { readonly screen: 'fleet' }
  | { readonly screen: 'session'; readonly id: string; readonly tab: Tab }
  | { readonly screen: 'incidents' }
  | { readonly screen: 'logs' }
  | { readonly screen: 'chats' }
  | { readonly screen: 'cost' }
  /** The servers of the group, and the nodes that this dashboard shows. */
  | { readonly screen: 'nodes' }
  /** A conversation with its bot, without a phone. */
  | { readonly screen: 'try'; readonly id: string }
  /** Recorded turns of a session, asked again with a change. */
  | { readonly screen: 'rehearsal'; readonly id: string }
  /** A change of its instructions that the AI proposes. */
  | { readonly screen: 'proposal'; readonly id: string }
  /** A change that a part of a session's customers meet, both sides in figures. */
  | { readonly screen: 'canary'; readonly id: string }
  /** What its AI may do. */
  | { readonly screen: 'tools'; readonly id: string }
  /** What it knows from files. */
  | { readonly screen: 'knowledge'; readonly id: string }
  /** What its bot may send. */
  | { readonly screen: 'files'; readonly id: string }
  /** Who is told what happens in it. */
  | { readonly screen: 'hooks'; readonly id: string }
  | { readonly screen: 'qr-wall' }
  | { readonly screen: 'first-run' };

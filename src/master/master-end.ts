/** Why a master ends, and with it what becomes of the sessions. */
export type MasterEnd =
  /** Let PM2 start the next master; nothing of the sessions is touched. */
  | { readonly kind: 'hand-over'; readonly why: string }
  | { readonly kind: 'stop'; readonly sessions: boolean }
  | { readonly kind: 'daemon-lost' }
  /** FLEET_HOME is not at its place any more. */
  | { readonly kind: 'home-lost'; readonly why: string };

/** What a client is told when the master ends; empty: the next one comes by itself. */
export const goodbyeOf = (end: MasterEnd): string => {
  if (end.kind !== 'stop') return '';
  const what = end.sessions ? 'the fleet was stopped' : 'the master was stopped';
  return `${what}. Start it with: zap-fleet`;
};

export interface MasterEnding {
  /** The first end that was asked for; the later ones change nothing. */
  readonly asked: Promise<MasterEnd>;
  ask(end: MasterEnd): void;
}

export const createMasterEnding = (): MasterEnding => {
  const { promise, resolve } = Promise.withResolvers<MasterEnd>();
  return { asked: promise, ask: resolve };
};

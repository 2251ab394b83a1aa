/** Why a master ends, and with it what becomes of the sessions. */
export type MasterEnd =
  /** Let PM2 start the next master; nothing of the sessions is touched. */
  | { readonly kind: 'hand-over'; readonly why: string }
  | { readonly kind: 'stop'; readonly sessions: boolean }
  | { readonly kind: 'daemon-lost' }
  /** FLEET_HOME is not at its place any more. */
  | { readonly kind: 'home-lost'; readonly why: string };

export interface MasterEnding {
  /** The first end that was asked for; the later ones change nothing. */
  readonly asked: Promise<MasterEnd>;
  ask(end: MasterEnd): void;
}

export const createMasterEnding = (): MasterEnding => {
  const { promise, resolve } = Promise.withResolvers<MasterEnd>();
  return { asked: promise, ask: resolve };
};

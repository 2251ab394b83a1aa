import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import type { Why } from '../../orchestrator/state/session-journal.ts';

/**
 * What leases ask of logins, and of what bots have in their hands, where servers share a Supabase: the newest is here before a session
 * starts, and there before it may start elsewhere.
 */
export interface LoginTravel {
  /** The lease of this epoch was won: brings the newest of all that here. Null: it may start; otherwise why not, for its row. */
  bring(session: ManagedSession, epoch: number): Promise<Why | null>;
  /** It stopped cleanly and its lease is given back next. Resolves when its login is there, or nobody should wait any longer; never rejects. */
  keep(session: ManagedSession): Promise<void>;
  /** It came here, stopped: its tools and files come, too, for whoever looks at them. Never rejects. */
  arrived(session: ManagedSession): void;
  /** It is wanted here again: whoever waits in `keep` goes on at once. */
  wanted(session: ManagedSession): void;
  /** The fleet ends: nobody waits any more. */
  end(): void;
  /**
   * Its login is void: its bundles go; with `erased` those of all that its bot has in its hands, too. Resolves with why they could not be
   * removed yet (it is tried again by itself), or null; never rejects.
   */
  forget(
    session: { readonly id: string; readonly name: string },
    actor: string,
    what?: { readonly erased: boolean },
  ): Promise<string | null>;
}

/** Before there is anybody who does it, and where nothing travels. */
const noTravel: LoginTravel = {
  bring: async () => null,
  keep: async () => undefined,
  arrived: () => undefined,
  wanted: () => undefined,
  end: () => undefined,
  forget: async () => null,
};

/** Leases are made before what they ask here: it is served later. */
export const createLoginTravel = (): LoginTravel & { serve(travel: LoginTravel): void } => {
  let served = noTravel;

  return {
    serve: (travel) => {
      served = travel;
    },
    bring: (session, epoch) => served.bring(session, epoch),
    keep: (session) => served.keep(session),
    arrived: (session) => served.arrived(session),
    wanted: (session) => served.wanted(session),
    end: () => served.end(),
    forget: (session, actor, what) => served.forget(session, actor, what),
  };
};

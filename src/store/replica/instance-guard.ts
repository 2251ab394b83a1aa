import { plainText } from '../../session/plain-text.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import { asFailure, ReplicaFailure } from './replica-failure.ts';
import type { RpcAnswer, SupabaseDoor } from './supabase-door.ts';

export interface InstanceGuardOptions {
  readonly door: SupabaseDoor;
  readonly nodeId: string;
  readonly host: string;
  /** This machine with this data directory. */
  readonly instance: string;
  readonly askMs: Milliseconds;
  readonly now: () => EpochMs;
  /** Another machine speaks as this server: nothing may run here. */
  readonly onRefused: (reason: string) => void;
}

/** Whoever was heard of within this time lives: three looks of the other one. */
export const instanceSeconds = 30;

const named = (host: string | null | undefined): string => plainText(host ?? '?').slice(0, 200);

/** Whether this machine is the one that speaks as its server: a copy of its data on another machine is that server, too. */
export const createInstanceGuard = (options: InstanceGuardOptions) => {
  const { door, now } = options;
  /** When Supabase said last that it is. */
  let oursAt: EpochMs | null = null;
  let refusal: string | null = null;
  let asking: Promise<void> | null = null;

  const settle = ({ ours, host, silent_seconds: seconds = 0 }: RpcAnswer<'zap_fleet_instance'>): void => {
    if (ours) {
      oursAt = now();
      refusal = null;
      return;
    }
    oursAt = null;
    refusal = `another machine (${named(host)}, heard of ${seconds} s ago) runs from a copy of this data directory: nothing runs here, so that no customer is answered twice. End one of the two: zap-fleet master stop. To make this one a server of its own: an empty FLEET_HOME, and store adopt.`;
    options.onRefused(refusal);
  };

  /** Older migrations know of no instances: then nobody can say. */
  const ask = async (withinMs?: Milliseconds): Promise<void> => {
    try {
      const { nodeId, host, instance } = options;
      const asked = { p_node: nodeId, p_host: host, p_instance: instance, p_seconds: instanceSeconds };
      settle(await door.call('zap_fleet_instance', asked, withinMs));
    } catch (error) {
      if (asFailure(error).kind !== 'refused') throw error;
    }
  };

  const refuse = (): void => {
    if (refusal !== null) throw new ReplicaFailure('refused', refusal);
  };

  return {
    settle,
    refuse,
    isRefused: (): boolean => refusal !== null,

    /** Before anything is sent: throws where another machine speaks as this server. */
    greet: async (): Promise<void> => {
      await ask();
      refuse();
    },

    /** Why nothing may run here; null: it may, or nobody can say. Waits a moment for the answer when the last one is old. */
    refusal: async (): Promise<string | null> => {
      if (oursAt !== null && Math.abs(now() - oursAt) < instanceSeconds * 1000) return null;
      asking ??= ask(options.askMs)
        .catch((error: unknown) => {
          // Away: what is known decides, as for the lease itself.
          asFailure(error);
        })
        .finally(() => {
          asking = null;
        });
      await asking;
      return refusal;
    },
  };
};

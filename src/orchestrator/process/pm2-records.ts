import { z } from 'zod';

/** What PM2 hands out, as far as it is read: checked where it comes in. */

export interface ManagedProcess {
  readonly name: string;
  readonly pmId: number;
  /** Null when no process runs. */
  readonly pid: number | null;
  /** PM2's word: online, launching, stopping, stopped, errored, waiting restart. */
  readonly status: string;
  /** Of a worker: the start that it belongs to. */
  readonly startId: string | null;
  readonly startedAt: number | null;
}

const entrySchema = z.object({
  name: z.string(),
  pm_id: z.number(),
  pid: z.number().optional(),
  pm2_env: z.object({
    status: z.string(),
    pm_uptime: z.number().optional(),
    ZAP_START_ID: z.string().optional(),
  }),
});
export const eventSchema = z.object({
  event: z.string(),
  process: z.object({
    name: z.string(),
    exit_code: z.number().nullish(),
    ZAP_START_ID: z.string().optional(),
  }),
});
export const messageSchema = z.object({ data: z.unknown() });
export const logSchema = z.object({ process: z.object({ name: z.string() }), data: z.string() });

export const toManaged = (value: unknown): ManagedProcess => {
  const entry = entrySchema.parse(value);
  return {
    name: entry.name,
    pmId: entry.pm_id,
    pid: entry.pid === undefined || entry.pid === 0 ? null : entry.pid,
    status: entry.pm2_env.status,
    startId: entry.pm2_env.ZAP_START_ID ?? null,
    startedAt: entry.pm2_env.pm_uptime ?? null,
  };
};

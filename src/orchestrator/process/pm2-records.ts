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
  /** Of a worker: it was started to run until a fence passes. */
  readonly isFenced?: boolean;
}

const entrySchema = z.object({
  name: z.string(),
  pm_id: z.number(),
  pid: z.number().optional(),
  pm2_env: z.object({
    status: z.string(),
    pm_uptime: z.number().optional(),
    ZAP_START_ID: z.string().optional(),
    ZAP_FENCE: z.string().optional(),
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
    isFenced: entry.pm2_env.ZAP_FENCE !== undefined,
  };
};

const startedSchema = z.array(
  z.object({
    process: z.object({ pid: z.number() }),
    pm2_env: entrySchema.shape.pm2_env.extend({ name: z.string(), pm_id: z.number() }),
  }),
);

/** What PM2 answers to a start, which spares asking it for its whole list; null: it says something else. */
export const toStarted = (answer: unknown, name: string): ManagedProcess | null => {
  const parsed = startedSchema.safeParse(answer);
  const started = parsed.success ? parsed.data.find((entry) => entry.pm2_env.name === name) : undefined;
  if (started === undefined) return null;

  const { pm2_env, process } = started;
  return toManaged({ name, pm_id: pm2_env.pm_id, pid: process.pid, pm2_env });
};

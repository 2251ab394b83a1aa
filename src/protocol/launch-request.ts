import { z } from 'zod';

/**
 * What a client hands to the process that starts a master, on its standard input (never in an environment or an argument), and what
 * that process leaves in `run/` for the master to read.
 */
export const masterConfigSchema = z.strictObject({
  home: z.string().min(1),
  pm2: z.string().min(1),
  logs: z.string().min(1),
  demo: z.boolean(),
  /** Settings as texts; the values of `secretNames` are not in here. */
  raw: z.record(z.string(), z.string()),
  /** Script of the workers; null: the program's own. Tests put their own worker here. */
  workerScript: z.string().nullable(),
});
export type MasterConfig = z.infer<typeof masterConfigSchema>;

export const launchRequestSchema = z.strictObject({
  config: masterConfigSchema,
  secrets: z.record(z.string(), z.string()),
  /** Replace a master that already runs: for `SIGHUP` and for changed settings. */
  replace: z.boolean(),
  /**
   * `make`: a first start may make it. `find`: a fleet ran there before; where it is not any more (moved, unmounted), nothing is made anew.
   * `await`: the same, and waits until it is back.
   */
  home: z.enum(['make', 'find', 'await']),
});
export type LaunchRequest = z.infer<typeof launchRequestSchema>;

export const launchResultSchema = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), started: z.boolean() }),
  z.strictObject({ ok: z.literal(false), code: z.string(), message: z.string() }),
]);
export type LaunchResult = z.infer<typeof launchResultSchema>;

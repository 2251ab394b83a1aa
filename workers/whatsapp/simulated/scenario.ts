import { z } from 'zod';

/**
 * What a simulated phone does by itself. A session's script is `tokens/<name>/simulated.json`:
 * `{"scenario": "busy", "seed": 7, "script": {"scanAfterMs": 500}}`; every part may be left out. The scenario is a named script, `script`
 * changes single fields of it, `seed` (default: from the session's name) decides every random choice. Written by `--demo` and by tests.
 */

const ms = z
  .number()
  .int()
  .min(0)
  .max(7 * 86_400_000);
/** From, to. */
const range = z.tuple([ms, ms]).refine(([from, to]) => from <= to, 'the first must not be above the second');
const share = z.number().min(0).max(1);

const scriptSchema = z.strictObject({
  /** From open() until the page runs. */
  startMs: range.default([300, 900]),
  /** Fail this many milliseconds after the page runs, as a page that runs out of memory does; null: never. */
  breakAfterMs: ms.nullable().default(null),
  /** The login is there from the first start. */
  linked: z.boolean().default(false),
  /** Digits; null: from the seed. */
  phone: z
    .string()
    .regex(/^\d{8,15}$/)
    .nullable()
    .default(null),
  pushName: z.string().max(100).nullable().default(null),
  /** How long one QR is good. WhatsApp gives all but the first one 20 s. */
  qrMs: ms.default(20_000),
  /** Somebody scans this long after the first code; null: nobody. */
  scanAfterMs: range.nullable().default(null),
  /** A pairing code is good this long: 3.25 min at WhatsApp. */
  codeMs: ms.default(195_000),
  enterCodeAfterMs: range.nullable().default(null),
  syncMs: range.default([800, 2500]),
  /** Steps from sent to delivered to read. */
  ackMs: range.default([400, 4000]),
  /** Until a send is accepted. */
  sendMs: range.default([40, 160]),
  /** Until a send that is not acked is given up as `unknown`. */
  sendDeadlineMs: ms.default(10_000),
  customers: z.number().int().min(0).max(1000).default(6),
  /** Pause between two customers who write; null: nobody writes by himself. */
  messageEveryMs: range.nullable().default(null),
  /** Messages one customer sends in a row. */
  burst: range.default([1, 3]),
  burstGapMs: range.default([900, 4000]),
  drops: z
    .strictObject({ everyMs: range, lastMs: range, reason: z.enum(['no-network', 'socket-timeout']) })
    .nullable()
    .default(null),
  /** The phone unlinks us this long after it connected. */
  logoutAfterMs: range.nullable().default(null),
  refuseShare: share.default(0),
  /** Sends that go out, but whose result never comes. */
  loseResultShare: share.default(0),
});
export type Script = z.infer<typeof scriptSchema>;

const minutes = (n: number): number => n * 60_000;
const seconds = (n: number): number => n * 1000;

/** Named scripts. `manual` does nothing by itself: a test holds the strings through the control socket. */
export const scenarios = {
  manual: { startMs: [0, 0], syncMs: [0, 0], sendMs: [0, 0], ackMs: [0, 0], sendDeadlineMs: 2000 },
  'self-scan': { scanAfterMs: [seconds(15), seconds(40)], messageEveryMs: [seconds(20), seconds(60)] },
  busy: { linked: true, customers: 14, messageEveryMs: [seconds(2), seconds(9)] },
  quiet: { linked: true, customers: 3, messageEveryMs: [seconds(40), minutes(3)], burst: [1, 1] },
  'waiting-for-scan': {},
  flapping: {
    linked: true,
    messageEveryMs: [seconds(8), seconds(25)],
    drops: { everyMs: [seconds(12), seconds(35)], lastMs: [seconds(6), seconds(25)], reason: 'no-network' },
  },
  'not-replying': { linked: true, customers: 5, messageEveryMs: [seconds(6), seconds(20)] },
  'logged-out': { linked: true, logoutAfterMs: [seconds(12), seconds(25)], messageEveryMs: [seconds(4), seconds(9)] },
  failing: { linked: true, breakAfterMs: seconds(2) },
} as const satisfies Record<string, z.input<typeof scriptSchema>>;

export type ScenarioName = keyof typeof scenarios;
export const scenarioNames = Object.keys(scenarios) as unknown as readonly [ScenarioName, ...ScenarioName[]];

export const simulatedConfigSchema = z.strictObject({
  scenario: z.enum(scenarioNames).default('self-scan'),
  seed: z.number().int().min(0).max(0xffff_ffff).optional(),
  script: scriptSchema.partial().default({}),
});
export type SimulatedConfig = z.input<typeof simulatedConfigSchema>;

/** The whole script of a config: the scenario, then the fields that the config changes. */
export const scriptOf = (config: z.output<typeof simulatedConfigSchema>, changed: Record<string, unknown>): Script =>
  scriptSchema.parse({ ...scenarios[config.scenario], ...changed });

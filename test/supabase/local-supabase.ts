import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The server of `main.ts` as a test drives it. End it with `close`. */
export interface LocalSupabase {
  readonly url: string;
  readonly key: string;
  /** Runs SQL as Supabase's own editor would; gives the last statement's rows. */
  sql(text: string): Promise<Record<string, unknown>[]>;
  /** Runs in a fresh database; `@migrations` stands for ours. */
  scratch(list: readonly string[]): Promise<Record<string, unknown>[]>;
  rotateKey(key: string): Promise<void>;
  /** As a new project: every table empty. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** PGlite needs 3 s alone, and has needed two minutes where five suites shared two cores. */
const startMs = 240_000;

export const startLocalSupabase = async (): Promise<LocalSupabase> => {
  const program = new URL('main.ts', import.meta.url).pathname;
  // PGlite's 9 MB of WebAssembly run for seconds: to compile them well costs more than is won (docs/decisions/test-time.md).
  const child: ChildProcess = spawn(process.execPath, ['--liftoff-only', program], {
    // stderr: PGlite prints every error that a client is told about as well; those are the tests' subject.
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, DO_NOT_TRACK: '1' },
  });
  const exited = once(child, 'exit');
  const { stdout, stdin } = child;
  if (stdout === null || stdin === null) throw new Error('the local Supabase has no pipes');
  const lines = createInterface({ input: stdout });
  const first = await Promise.race([
    once(lines, 'line', { signal: AbortSignal.timeout(startMs) }).then((values) => String(values[0])),
    exited.then(([code]) => Promise.reject(new Error(`the local Supabase ended with ${code}`))),
  ]);
  const { url, control } = JSON.parse(first) as { url: string; control: string };
  const ask = async (body: unknown): Promise<Record<string, unknown>[]> => {
    const response = await fetch(control, { method: 'POST', body: JSON.stringify(body) });
    const answer = (await response.json()) as { rows?: Record<string, unknown>[]; error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.rows ?? [];
  };
  return {
    url,
    key: 'sb_secret_test',
    sql: (text) => ask({ sql: text }),
    scratch: (list) => ask({ scratch: list }),
    rotateKey: async (key) => void (await ask({ key })),
    empty: async () => {
      await ask({
        sql: `truncate whatsapp_sessions, whatsapp_users, conversations, messages, user_context, fleet_turns, fleet_outbox, fleet_events,
          fleet_instructions, fleet_nodes, fleet_edits cascade`,
      });
    },
    close: async () => {
      stdin.end();
      await exited;
    },
  };
};

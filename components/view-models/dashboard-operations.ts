import type { Milliseconds } from '../../src/session/units.ts';

/**
 * What the dashboard asks of the program around it: things that the door does not do, because they are about this machine, this
 * terminal or a master that does not run. `src/cli/dashboard-operations.ts` does them; a test owns them.
 */
export interface DashboardOperations {
  /** Runs one of the program's own commands while the dashboard has let go of the terminal. Resolves with its exit code. */
  readonly runProgram: (args: readonly string[]) => Promise<number>;
  /** One call to the AI service with this key. Never rejects for what the service says. */
  readonly testAiKey: (provider: 'openai' | 'gemini', key: string) => Promise<KeyTest>;
  /** Writes settings to this fleet's own `.env`; resolves when the master runs with them. Rejects when they cannot take effect. */
  readonly saveSettings: (values: Readonly<Record<string, string>>) => Promise<void>;
  /** Which browser sessions would get, in a few words; rejects with what to do when there is none. */
  readonly browser: () => Promise<string>;
  /** Starts a master where none runs; resolves when it answers. */
  readonly startMaster: () => Promise<void>;
}

export interface KeyTest {
  readonly ok: boolean;
  readonly ms: Milliseconds;
  /** Why not, in one line; null when it is ok. */
  readonly reason: string | null;
  /** The API by which the service was reached, in one word; null where there is only one. */
  readonly api: string | null;
}

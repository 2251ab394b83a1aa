import type { AiProviderName } from '../../../src/session/session-config.ts';
import type { ScenarioName } from './scenario.ts';

/** One session of `--demo`. */
export interface DemoSession {
  readonly name: string;
  readonly label: string;
  readonly scenario: ScenarioName;
  readonly seed: number;
  readonly ai: AiProviderName;
  /** `timing_config` that moves faster than real life, so that there is something to see. */
  readonly timing: Readonly<Record<string, unknown>>;
}

const lively = { quietMs: 2500, maxWaitMs: 12_000, readingDelayMs: 500, charactersPerSecond: 40 };

/** Six sessions in six states. `otica-visao` has an AI service without a key, so its customers wait: NOT REPLYING. */
export const demoFleet: readonly DemoSession[] = [
  { name: 'barbearia-do-ze', label: 'Barbearia do Zé', scenario: 'busy', seed: 11, ai: 'echo', timing: lively },
  { name: 'floricultura-iris', label: 'Floricultura Íris', scenario: 'quiet', seed: 12, ai: 'echo', timing: lively },
  { name: 'studio-bela', label: 'Studio Bela', scenario: 'waiting-for-scan', seed: 13, ai: 'echo', timing: lively },
  { name: 'clinica-sorriso', label: 'Clínica Sorriso', scenario: 'flapping', seed: 14, ai: 'echo', timing: lively },
  { name: 'otica-visao', label: 'Ótica Visão', scenario: 'not-replying', seed: 15, ai: 'openai', timing: lively },
  { name: 'padaria-joao', label: 'Padaria do João', scenario: 'logged-out', seed: 16, ai: 'echo', timing: lively },
];

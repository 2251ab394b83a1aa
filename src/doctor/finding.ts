import type { LoadedSettings } from '../settings/load-settings.ts';

/** What one check has to say. `mend` is a command or a sentence that mends it. */
export interface Finding {
  /** Stable, kebab-case; tests plant faults and look for these. */
  readonly code: string;
  readonly level: 'ok' | 'warn' | 'bad';
  readonly text: string;
  readonly mend: string | null;
}

/** What the checks look at; every effect is here, so that a test plants a fault by changing one of them. */
export interface Patient {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nodeVersion: string;
  readonly version: string;
  readonly loaded: LoadedSettings;
  readonly masterRuns: boolean;
}

export const ok = (code: string, text: string): Finding => ({ code, level: 'ok', text, mend: null });
export const warn = (code: string, text: string, mend: string): Finding => ({ code, level: 'warn', text, mend });
export const bad = (code: string, text: string, mend: string): Finding => ({ code, level: 'bad', text, mend });

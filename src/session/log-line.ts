import type { EpochMs } from './units.ts';

/** One line of a log file: JSON with these three, then whatever else was worth saying. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogLine {
  readonly at: EpochMs;
  readonly level: LogLevel;
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export const isLogLevel = (value: unknown): value is LogLevel => logLevels.some((level) => level === value);

/** A line of a log file, understood; null when it is not one of ours (a crash may leave half a line). */
export const parseLogLine = (line: string): LogLine | null => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { at, level, text, ...fields } = value as Record<string, unknown>;
  const time = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  if (Number.isNaN(time) || !isLogLevel(level) || typeof text !== 'string') return null;
  return { at: time, level, text, fields };
};

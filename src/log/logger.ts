import { type LogLevel, logLevels } from '../session/log-line.ts';
import type { EpochMs } from '../session/units.ts';
import { openLogFile } from './log-file.ts';
import { createRedactor } from './redact.ts';

export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(text: string, fields?: LogFields): void;
  info(text: string, fields?: LogFields): void;
  warn(text: string, fields?: LogFields): void;
  error(text: string, fields?: LogFields): void;
  /** From the next line on. */
  setLevel(level: LogLevel): void;
  level(): LogLevel;
  /** A value that must not be seen from now on, e.g. a session's own AI key. */
  addSecret(secret: string): void;
  close(): void;
}

export interface LoggerOptions {
  /** One process writes one file; a second process needs a file of its own. */
  readonly file: string;
  readonly level: LogLevel;
  /** A file that would grow beyond this is rotated to `file.1`, bytes. */
  readonly maxBytes: number;
  /** How many rotated files are kept beside the current one. */
  readonly keep: number;
  /** Phone numbers in full instead of masked. */
  readonly fullNumbers: boolean;
  readonly secrets: readonly string[];
  /** From `logSalt`; without it masked numbers carry no tag. */
  readonly salt?: Uint8Array | null;
  readonly now?: () => EpochMs;
  /** Every line as it was written, e.g. for stdout. */
  readonly tee?: (line: string) => void;
  /** Told once when the disk refuses lines; they are kept in memory and written when it takes them again. */
  readonly onProblem?: (problem: string) => void;
}

const rank = (level: LogLevel): number => logLevels.indexOf(level);
const reserved = new Set(['at', 'level', 'text']);

/**
 * JSON lines `{at, level, text, …fields}`, written before the call returns, so that a crash loses none. Numbers are masked and
 * secrets taken out on the way in. Throws `failed` when the file cannot be opened.
 */
export const createLogger = (options: LoggerOptions): Logger => {
  const now = options.now ?? Date.now;
  const redactor = createRedactor({
    secrets: options.secrets,
    salt: options.salt ?? null,
    fullNumbers: options.fullNumbers,
  });
  const file = openLogFile({
    file: options.file,
    maxBytes: options.maxBytes,
    keep: options.keep,
    onProblem: options.onProblem ?? ((problem) => process.stderr.write(`${problem}\n`)),
  });
  let least = rank(options.level);
  let closed = false;

  const write = (level: LogLevel, text: string, fields: LogFields | undefined): void => {
    if (rank(level) < least || closed) return;
    const line: Record<string, unknown> = { at: new Date(now()).toISOString(), level, text: redactor.text(text) };
    for (const [key, value] of Object.entries(fields ?? {})) {
      line[reserved.has(key) ? `${key}_` : redactor.text(key)] = redactor.value(value, key);
    }
    const json = JSON.stringify(line);
    file.append(json);
    options.tee?.(json);
  };

  return {
    debug: (text, fields) => write('debug', text, fields),
    info: (text, fields) => write('info', text, fields),
    warn: (text, fields) => write('warn', text, fields),
    error: (text, fields) => write('error', text, fields),
    setLevel: (level) => {
      least = rank(level);
    },
    level: () => logLevels[least] ?? 'info',
    addSecret: redactor.addSecret,
    close: () => {
      closed = true;
      file.close();
    },
  };
};

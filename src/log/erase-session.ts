import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Mentions } from '../session/mentions.ts';
import { eraseLines } from './erase-lines.ts';

/** A session's logs go as files; what other logs tell of it goes line by line. */

const rotated = /\.log(?:\.(\d+))?$/;

/** Newest first: a rotation meanwhile shows a file twice, but hides none. */
const logsIn = (directory: string): readonly string[] => {
  const numberOf = (entry: string): number => Number(rotated.exec(entry)?.[1] ?? 0);
  return readdirSync(directory)
    .filter((entry) => rotated.test(entry))
    .sort((a, b) => numberOf(a) - numberOf(b));
};

const isOwn = (name: string, entry: string): boolean => {
  const stem = entry.replace(rotated, '');
  return stem === name || stem === `${name}.out`;
};

/** Removes the logs that the session wrote, rotated ones too; how many. Call it when nothing writes them any more. */
export const removeSessionLogs = (directory: string, name: string): number => {
  const own = logsIn(directory).filter((entry) => isOwn(name, entry));
  for (const entry of own) rmSync(join(directory, entry), { force: true });

  return own.length;
};

/** Every log but the session's own. */
export const otherLogs = (directory: string, name: string): readonly string[] =>
  logsIn(directory)
    .filter((entry) => !isOwn(name, entry))
    .map((entry) => join(directory, entry));

/** Texts inside a value, names of fields too. */
const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Array.isArray(value)
    ? value.flatMap(textsIn)
    : Object.entries(value).flatMap(([key, inner]) => [key, ...textsIn(inner)]);
};

/** What a line says: a session may be called `info` or `text`, which every line has as its level or a field of its own. */
const saidBy = (line: unknown): readonly string[] =>
  typeof line !== 'object' || line === null || Array.isArray(line)
    ? textsIn(line)
    : Object.entries(line).flatMap(([key, value]) => (key === 'level' || key === 'at' ? [] : textsIn(value)));

const linesThat =
  (mentions: Mentions): Mentions =>
  (line) => {
    if (!mentions(line)) return false;
    try {
      return saidBy(JSON.parse(line)).some(mentions);
    } catch (error) {
      // Not one of our lines: what it tells stands in it as it is.
      if (error instanceof SyntaxError) return true;
      throw error;
    }
  };

/** Erases the lines of a log that tell of the session; how many. */
export const eraseMentioningLines = (file: string, mentions: Mentions): Promise<number> =>
  eraseLines(file, linesThat(mentions));

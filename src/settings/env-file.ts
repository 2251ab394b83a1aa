import { readFileSync } from 'node:fs';
import { parse as parseDotenv } from 'dotenv';
import { FleetError, messageOf } from '../session/fleet-error.ts';

/** `.env` files as they are read everywhere: nothing of them is passed over in silence. */

/** dotenv passes over what it does not understand; a line that is neither a comment nor NAME=value is said instead. */
const checkEnvLines = (path: string, text: string): void => {
  let openQuote: string | null = null;

  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (openQuote !== null) {
      if (line.includes(openQuote)) openQuote = null;
      continue;
    }
    if (line.trim() === '' || /^\s*#/.test(line)) continue;

    const match = /^\s*(?:export\s+)?[\w.-]+\s*[=:]\s*(.*)$/.exec(line);
    if (match === null) {
      throw new FleetError('usage', `${path} line ${index + 1} is not NAME=value. Mend or remove that line.`);
    }

    const value = match[1] ?? '';
    const quote = /^(["'`])/.exec(value)?.[1];
    if (quote !== undefined && !value.slice(1).includes(quote)) openQuote = quote;
  }

  if (openQuote !== null)
    throw new FleetError('usage', `${path} has a quote (${openQuote}) that is never closed. Close it.`);
};

/** The names and values of a text that lies at `path`. Throws `usage` with the line that is none. */
export const parseEnvText = (path: string, text: string): Readonly<Record<string, string>> => {
  checkEnvLines(path, text);

  return parseDotenv(text);
};

/** The bytes of a file that has to be readable. Throws `usage`. */
export const readEnvBytes = (path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new FleetError('usage', `cannot read ${path}: ${messageOf(error)}. Mend its permissions or remove it.`, {
      cause: error,
    });
  }
};

/** Names and values; none when there is no such file. Throws `usage`. */
export const readEnvFile = (path: string): Readonly<Record<string, string>> => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return {};
    throw new FleetError('usage', `cannot read ${path}: ${messageOf(error)}. Mend its permissions or remove it.`, {
      cause: error,
    });
  }

  return parseEnvText(path, text);
};

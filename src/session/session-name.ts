import { FleetError } from './fleet-error.ts';

declare const brand: unique symbol;
/** A checked session name: safe in a path, a PM2 process name and a query. */
export type SessionName = string & { readonly [brand]: 'SessionName' };

const pattern = /^[a-z0-9][a-z0-9_-]{1,47}$/;
const reserved = new Set(['all', 'default', 'master']);

/** Why a text cannot be a session name, or null when it can. PM2 reads digits, `all` and namespaces as wildcards. */
export const sessionNameProblem = (text: string): string | null => {
  if (!pattern.test(text)) return 'use 2 to 48 of a-z, 0-9, "-" and "_", beginning with a letter or digit';
  if (/^\d+$/.test(text)) return 'digits alone are taken for a process number; add a letter';
  if (reserved.has(text) || text.startsWith('zap-fleet')) return 'this name is reserved; choose another';
  return null;
};

export const isSessionName = (text: string): text is SessionName => sessionNameProblem(text) === null;

/** Parses a session name; throws `usage` with what is wrong and an example. */
export const parseSessionName = (text: string): SessionName => {
  const problem = sessionNameProblem(text);
  if (problem !== null) {
    const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
    throw new FleetError('usage', `${shown} is not a session name: ${problem}. Example: padaria-joao`);
  }
  return text as SessionName;
};

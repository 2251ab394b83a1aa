/** Whether a text tells of a session: what an erasure looks for in logs, events and alerts. Pure. */
export type Mentions = (text: string) => boolean;

/** Shorter ones stand in too many texts. */
const shortestMark = 4;

const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|-]/g, '\\$&');

/**
 * `name` as a word of its own (`loja` is not in `loja-2`) or in the name of one of its archives; `knownAs` (numbers, tags, ids) wherever
 * it stands.
 */
export const mentionsOf = (name: string, knownAs: readonly string[]): Mentions => {
  const escaped = escapeRegExp(name);
  const marks = knownAs.filter((mark) => mark.trim().length >= shortestMark).map(escapeRegExp);
  const pattern = new RegExp(
    [`(?<![\\w-])${escaped}(?![\\w-])`, `(?:login|session)-${escaped}-\\d{8}T\\d{6}Z`, ...marks].join('|'),
  );

  return (text) => pattern.test(text);
};

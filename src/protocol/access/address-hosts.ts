type Params = Readonly<Record<string, unknown>>;

/**
 * Where a bot's settings, tools and hooks lead to, as somebody sees it who may not change that: the host alone. The address of a webhook often is its
 * secret.
 */

const isAddress = (text: string): boolean => /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
const hostOf = (text: string): string => {
  const { protocol, host, pathname, search } = new URL(text);
  return pathname === '/' && search === '' ? `${protocol}//${host}` : `${protocol}//${host}/…`;
};

const deepest = 6;

/** Every text in it that is an address and nothing else. */
const shortened = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return isAddress(value) ? hostOf(value) : value;
  if (typeof value !== 'object' || value === null || depth >= deepest) return value;
  if (Array.isArray(value)) return value.map((each) => shortened(each, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shortened(each, depth + 1)]));
};

/** The parts of answers in which addresses of the operator stand: settings, tools, hooks, and what a rehearsal or a canary tries. */
const places = ['config', 'tools', 'hooks', 'rehearsal', 'canary', 'canaries'] as const;

export const withoutPaths = (result: Params): Params => {
  const changed = Object.fromEntries(
    places.flatMap((place) => (result[place] === undefined ? [] : [[place, shortened(result[place])]])),
  );
  const { details } = result;
  return typeof details === 'object' && details !== null
    ? { ...result, ...changed, details: withoutPaths(details as Params) }
    : { ...result, ...changed };
};

/**
 * What a client hands to the process that starts a master, on its standard input (never in an environment or an argument), and what
 * that process leaves in `run/` for the master to read. Read by hand and not by schemas: PM2's daemon would begin 40 ms later.
 */
export interface MasterConfig {
  readonly home: string;
  readonly pm2: string;
  readonly logs: string;
  readonly demo: boolean;
  /** Settings as texts; the values of `secretNames` are not in here. */
  readonly raw: Readonly<Record<string, string>>;
  /** Script of the workers; null: the program's own. Tests put their own worker here. */
  readonly workerScript: string | null;
}

/**
 * `make`: a first start may make it. `find`: a fleet ran there before; where it is not any more (moved, unmounted), nothing is made anew.
 * `await`: the same, and waits until it is back.
 */
const homeWishes = ['make', 'find', 'await'] as const;

export interface LaunchRequest {
  readonly config: MasterConfig;
  readonly secrets: Readonly<Record<string, string>>;
  /** Replace a master that already runs: for `SIGHUP` and for changed settings. */
  readonly replace: boolean;
  readonly home: (typeof homeWishes)[number];
}

export type LaunchResult =
  | { readonly ok: true; readonly started: boolean }
  | { readonly ok: false; readonly code: string; readonly message: string };

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown, what: string): Fields => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${what} is no object`);
  return { ...value };
};

const wrong = (name: string, wanted: string): Error => new Error(`"${name}" is not ${wanted}`);

const text = (fields: Fields, name: string): string => {
  const value = fields[name];
  if (typeof value !== 'string') throw wrong(name, 'a text');
  return value;
};

const path = (fields: Fields, name: string): string => {
  const value = text(fields, name);
  if (value === '') throw wrong(name, 'a path');
  return value;
};

const yesOrNo = (fields: Fields, name: string): boolean => {
  const value = fields[name];
  if (typeof value !== 'boolean') throw wrong(name, 'true or false');
  return value;
};

const texts = (fields: Fields, name: string): Record<string, string> => {
  const value = fieldsOf(fields[name], `"${name}"`);
  return Object.fromEntries(Object.keys(value).map((key) => [key, text(value, key)]));
};

/** Throws what is wrong with it. */
export const parseMasterConfig = (value: unknown): MasterConfig => {
  const fields = fieldsOf(value, 'what a master is started with');
  return {
    home: path(fields, 'home'),
    pm2: path(fields, 'pm2'),
    logs: path(fields, 'logs'),
    demo: yesOrNo(fields, 'demo'),
    raw: texts(fields, 'raw'),
    workerScript: fields['workerScript'] === null ? null : text(fields, 'workerScript'),
  };
};

/** Throws what is wrong with it. */
export const parseLaunchRequest = (value: unknown): LaunchRequest => {
  const fields = fieldsOf(value, 'the request for a master');
  const home = homeWishes.find((wish) => wish === fields['home']);
  if (home === undefined) throw wrong('home', `one of ${homeWishes.join(', ')}`);

  return {
    config: parseMasterConfig(fields['config']),
    secrets: texts(fields, 'secrets'),
    replace: yesOrNo(fields, 'replace'),
    home,
  };
};

/** Throws what is wrong with it. */
export const parseLaunchResult = (value: unknown): LaunchResult => {
  const fields = fieldsOf(value, 'the answer of the process that starts a master');
  if (yesOrNo(fields, 'ok')) return { ok: true, started: yesOrNo(fields, 'started') };
  return { ok: false, code: text(fields, 'code'), message: text(fields, 'message') };
};

import type { MetaStore } from '../meta-store.ts';

/** Servers of the group that have another `FLEET_GROUP_KEY`, as the last master heard: kept for whoever looks without one. */

const otherKeysKey = 'group_other_keys';
const mostNamed = 5;

export const keepOtherKeys = (meta: MetaStore, names: readonly string[]): void => {
  if (names.length > 0) meta.set(otherKeysKey, JSON.stringify(names));
  else if (meta.get(otherKeysKey) !== null) meta.remove(otherKeysKey);
};

export const keptOtherKeys = (meta: Pick<MetaStore, 'get'>): readonly string[] =>
  JSON.parse(meta.get(otherKeysKey) ?? '[]') as string[];

/** Without what to do about it. */
export const otherKeysText = (names: readonly string[]): string =>
  `${names.slice(0, mostNamed).join(', ')} ${names.length === 1 ? 'has' : 'have'} another FLEET_GROUP_KEY than this server: no login can travel between them`;

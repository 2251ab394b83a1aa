import type { BelongingName } from '../session/belongings.ts';
import type { SessionName } from '../session/session-name.ts';
import type { Bytes, EpochMs } from '../session/units.ts';

/**
 * How a bundle is called where it is kept: `NAME/EPOCH-TIME-MARK.PART-of-PARTS` a login, `NAME/belongings/KIND.EPOCH-…` what else travels.
 * A name says all that is needed to choose one, and a bundle is whole when all of its parts are there: what was cut off half-way never is.
 */
export interface BundleName {
  /** Of the lease under which the login was in use. It only grows, so that a late upload of an old server never counts as the newest. */
  readonly epoch: number;
  /** Whole seconds. */
  readonly madeAt: EpochMs;
  /** Tells two of one second apart; hex. */
  readonly mark: string;
}

export interface StoredBundle extends BundleName {
  /** Its parts in order, as far as they are there. */
  readonly parts: readonly { readonly path: string; readonly bytes: Bytes }[];
  readonly partCount: number;
}

/** Where bundles of one thing of a session are kept: a folder, and how each of their names in it begins. */
export interface Shelf {
  readonly folder: string;
  readonly prefix: string;
}

export const loginShelf = (session: SessionName): Shelf => ({ folder: session, prefix: '' });
export const belongingsFolder = (session: SessionName): string => `${session}/belongings`;
export const belongingShelf = (session: SessionName, what: BelongingName): Shelf => ({
  folder: belongingsFolder(session),
  prefix: `${what}.`,
});

/** How many whole bundles of one thing are kept. */
export const keptBundles = 3;

const epochDigits = 12;
const partDigits = 4;
const stampOf = (at: EpochMs): string => new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '');
const idPattern = /^(\d{12})-(\d{8}T\d{6})-([0-9a-f]{8})$/;
const pattern = /^(\d{12})-(\d{8}T\d{6})-([0-9a-f]{8})\.(\d{4})-of-(\d{4})$/;

export const bundleId = ({ epoch, madeAt, mark }: BundleName): string =>
  `${String(epoch).padStart(epochDigits, '0')}-${stampOf(madeAt)}-${mark}`;

export const partPath = ({ folder, prefix }: Shelf, bundle: BundleName, part: number, parts: number): string => {
  const digits = (number: number): string => String(number).padStart(partDigits, '0');
  return `${folder}/${prefix}${bundleId(bundle)}.${digits(part)}-of-${digits(parts)}`;
};

/** `20261129T104808` as a moment; null when it is none. */
const momentOf = (stamp: string): EpochMs | null => {
  const at = Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6Z'));
  return Number.isNaN(at) ? null : at;
};

/** `bundleId` read back; null when it is none. */
export const bundleOfId = (id: string): BundleName | null => {
  const [, epoch = '', stamp = '', mark = ''] = idPattern.exec(id) ?? [];
  const madeAt = momentOf(stamp);
  return madeAt === null ? null : { epoch: Number(epoch), madeAt, mark };
};

/** Whether a bundle was made when its name says so: a name has whole seconds. */
export const isMadeAt = ({ madeAt }: Pick<BundleName, 'madeAt'>, moment: EpochMs): boolean =>
  Math.floor(madeAt / 1000) === Math.floor(moment / 1000);

/** Paths of a folder's bundles, of whatever thing, that were made at that moment or before. */
export const pathsUntil = (
  folder: string,
  files: readonly { readonly name: string }[],
  moment: EpochMs,
): readonly string[] =>
  files.flatMap(({ name }) => {
    const madeAt = momentOf(pattern.exec(name.replace(/^[a-z]+\./, ''))?.[2] ?? '');
    return madeAt === null || madeAt > moment ? [] : [`${folder}/${name}`];
  });

/** Newest first: by epoch, then by time. */
export const byRank = (one: BundleName, other: BundleName): number =>
  other.epoch - one.epoch || other.madeAt - one.madeAt || (other.mark > one.mark ? 1 : -1);

export const isWhole = ({ parts, partCount }: StoredBundle): boolean => parts.length === partCount;
export const bytesOf = ({ parts }: Pick<StoredBundle, 'parts'>): Bytes =>
  parts.reduce((sum, { bytes }) => sum + bytes, 0);

/** What lies on a shelf, newest first; names that are none of its bundles are passed over. */
export const bundlesIn = (
  { folder, prefix }: Shelf,
  files: readonly { readonly name: string; readonly bytes: Bytes }[],
): readonly StoredBundle[] => {
  const found = new Map<
    string,
    { bundle: BundleName; count: number; parts: Map<number, StoredBundle['parts'][number]> }
  >();
  for (const { name, bytes } of files) {
    const [, epoch = '', stamp = '', mark = '', part = '', count = ''] =
      (name.startsWith(prefix) ? pattern.exec(name.slice(prefix.length)) : null) ?? [];
    const madeAt = momentOf(stamp);
    if (madeAt === null || Number(part) < 1 || Number(part) > Number(count)) continue;

    const bundle: BundleName = { epoch: Number(epoch), madeAt, mark };
    // Two uploads that do not agree on how many parts there are, are two bundles.
    const key = `${bundleId(bundle)}-${count}`;
    const entry = found.get(key) ?? { bundle, count: Number(count), parts: new Map() };
    entry.parts.set(Number(part), { path: `${folder}/${name}`, bytes });
    found.set(key, entry);
  }

  return [...found.values()]
    .map(({ bundle, count, parts }) => ({
      ...bundle,
      partCount: count,
      parts: [...parts.keys()].sort((a, b) => a - b).flatMap((part) => parts.get(part) ?? []),
    }))
    .sort(byRank);
};

/** Paths that go when `newest` is whole: bundles beyond those that are kept, and what was cut off before it. */
export const obsoletePaths = (bundles: readonly StoredBundle[], newest: BundleName): readonly string[] => {
  const kept = new Set(bundles.filter(isWhole).slice(0, keptBundles));
  return bundles
    .filter((bundle) => (isWhole(bundle) ? !kept.has(bundle) : byRank(bundle, newest) > 0))
    .flatMap(({ parts }) => parts.map(({ path }) => path));
};

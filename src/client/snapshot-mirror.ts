import type { Banner, FleetSnapshot } from '../protocol/fleet.ts';
import { applyDelta, type SnapshotDelta } from '../protocol/wire.ts';
import type { Milliseconds } from '../session/units.ts';
import { createLeftBehind } from './left-behind.ts';
import { understood, understoodDelta } from './understood.ts';

/** The master's snapshot on this side, with the banners that only this client knows. */
export interface SnapshotMirror {
  /** Null before the first one has come. */
  shown(): FleetSnapshot | null;
  take(snapshot: FleetSnapshot): void;
  takeDelta(delta: SnapshotDelta): void;
  /** Nothing is compared any more. */
  end(): void;
}

export interface ThisProgram {
  /** Of this program; null: nothing to compare. */
  readonly version: string | null;
  /** Of the settings that this program has now; null: nothing to compare. */
  readonly fingerprint: () => string | null;
  /** So long after the first snapshot the settings are compared for the first time, which loads `crypto`; default: with it. */
  readonly compareAfter?: Milliseconds;
}

const numbersOf = (version: string): readonly number[] =>
  version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0);
/** Whether `a` is a later version than `b`. */
const isNewer = (a: string, b: string): boolean => {
  const [ours, theirs] = [numbersOf(a), numbersOf(b)];
  const at = ours.findIndex((part, index) => part !== (theirs[index] ?? 0));
  return at >= 0 && (ours[at] ?? 0) > (theirs[at] ?? 0);
};

/** In what this program and the master differ. */
const ownBanners = (
  { fleet }: FleetSnapshot,
  program: Pick<ThisProgram, 'version'>,
  fingerprint: string | null,
): readonly Banner[] => {
  const banners: Banner[] = [];

  if (fingerprint !== null && fingerprint !== fleet.settingsFingerprint) {
    banners.push({
      id: 'settings-mismatch',
      level: 'warn',
      code: 'settings-mismatch',
      text: 'The master runs with other settings than yours. To use yours: zap-fleet master stop, then zap-fleet.',
      since: fleet.startedAt,
      values: {},
    });
  }

  if (program.version !== null && program.version !== fleet.version) {
    banners.push({
      id: 'version-skew',
      level: 'warn',
      code: 'version-skew',
      text: isNewer(program.version, fleet.version)
        ? `The master runs version ${fleet.version}, this is ${program.version}. To bring it up: zap-fleet upgrade`
        : `The master runs version ${fleet.version}, this program is older (${program.version}). Upgrade this program`,
      since: fleet.startedAt,
      values: {
        master: fleet.version,
        program: program.version,
        older: isNewer(program.version, fleet.version) ? 'master' : 'program',
      },
    });
  }

  return banners;
};

/** `onShown` is told after every change. */
export const createSnapshotMirror = (program: ThisProgram, onShown: () => void): SnapshotMirror => {
  /** As the master sent it: deltas apply to this. */
  let mirror: FleetSnapshot | null = null;
  let shown: FleetSnapshot | null = null;
  let own: readonly Banner[] = [];
  const withLeftBehind = createLeftBehind();
  const { compareAfter } = program;
  let isCompared = compareAfter === undefined;
  let comparison: ReturnType<typeof setTimeout> | null = null;

  const bannersOf = (next: FleetSnapshot): readonly Banner[] =>
    ownBanners(next, program, isCompared ? program.fingerprint() : null);

  const compare = (): void => {
    isCompared = true;
    if (mirror === null) return;
    const before = own.length;
    own = bannersOf(mirror);
    if (own.length === before) return;
    shown = { ...withLeftBehind(mirror), banners: [...mirror.banners, ...own] };
    onShown();
  };

  const take = (next: FleetSnapshot): void => {
    const before = mirror;
    mirror = next;

    if (before?.fleet !== next.fleet) own = bannersOf(next);
    const whole = withLeftBehind(next);
    if (own.length === 0) shown = whole;
    else if (shown === null || before?.banners !== next.banners || before?.fleet !== next.fleet)
      shown = { ...whole, banners: [...next.banners, ...own] };
    else shown = { ...whole, banners: shown.banners };

    if (!isCompared) comparison ??= setTimeout(compare, compareAfter);
    onShown();
  };

  return {
    shown: () => shown,
    // A master of a version before there were jobs tells of none.
    take: (next) => take(understood({ ...next, jobs: next.jobs ?? [] })),
    takeDelta: (delta) => {
      if (mirror !== null) take(applyDelta(mirror, understoodDelta(delta)));
    },
    end: () => {
      if (comparison !== null) clearTimeout(comparison);
    },
  };
};

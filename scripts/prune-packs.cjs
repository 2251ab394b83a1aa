'use strict';
// The build puts this beside the loader of packs (scripts/pack-loader.cjs), which asks it whenever it has kept something new: code that was compiled
// of older builds goes away then. Whose process still runs says so every hour, by the time of its build's directory.
const { lstatSync, readdirSync, rmSync } = require('node:fs');
const { join } = require('node:path');

/** Who goes back to the build before, or has two side by side, finds both still compiled. */
const newestKept = 4;
/** Longer than a night in which the machine sleeps and nobody says anything. */
const inUseMs = 24 * 3_600_000;

const ofNode = /^packs-v\d+\.\d+\.\d+-\w+$/;
const ofBuild = /^[0-9a-f]{16}$/;
/** As they lay before each build had a directory, or half written by a process that was killed. */
const oneFile = /^[\w.-]+-[0-9a-f]{12}\.cjs(\.\d+\.tmp)?$/;

const namesIn = (directory) => {
  try {
    return readdirSync(directory);
  } catch {
    // It went away, or is not ours to read: then there is nothing for us to clear.
    return [];
  }
};

/** What we made and nobody else: no link, no other user's. */
const ownEntry = (path) => {
  try {
    const stat = lstatSync(path);
    if (process.getuid !== undefined && stat.uid !== process.getuid()) return null;
    if (stat.isDirectory()) return { path, kind: 'directory', usedAt: stat.mtimeMs };
    return stat.isFile() ? { path, kind: 'file', usedAt: stat.mtimeMs } : null;
  } catch {
    // Another process clears, too.
    return null;
  }
};

const ownEntries = (directory, pattern) =>
  namesIn(directory)
    .filter((name) => pattern.test(name))
    .map((name) => ownEntry(join(directory, name)))
    .filter((entry) => entry !== null);

const remove = ({ path }) => {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // A disk that is read-only by now: what lies there costs room and nothing else.
  }
};

/** Removes what was compiled of builds that nobody has used for a day, but for the newest few. `base`: where `packs-<version>-<arch>` lie. */
exports.prunePacks = (base, now = Date.now()) => {
  const isOld = ({ usedAt }) => now - usedAt > inUseMs;
  const homes = ownEntries(base, ofNode).filter(({ kind }) => kind === 'directory');
  const builds = homes
    .flatMap(({ path }) => ownEntries(path, ofBuild))
    .filter(({ kind }) => kind === 'directory')
    .sort((a, b) => b.usedAt - a.usedAt);
  const files = [...homes, ...builds]
    .flatMap(({ path }) => ownEntries(path, oneFile))
    .filter(({ kind }) => kind === 'file');
  // In a build's directory a file is as old as the build; only what was never finished is cleared there.
  const stray = files.filter(
    ({ path }) => path.endsWith('.tmp') || homes.some((home) => join(path, '..') === home.path),
  );

  for (const old of [...builds.slice(newestKept), ...stray].filter(isOld)) remove(old);
};

// npm-shrinkwrap.json for the package: what a user gets are the versions that package-lock.json names and the tests ran with, without the
// development ones. npm would read it before package-lock.json here, so it lies in the tree only while `npm pack` or `npm publish` runs:
//   node scripts/shrinkwrap.mjs [folder]      writes it (prepack)
//   node scripts/shrinkwrap.mjs --remove      takes it away (postpack)
//   node scripts/shrinkwrap.mjs --libraries FOLDER   a package.json and its lock of what the image installs: all but the npm browser, and
//                                             nothing that changes with the program's own version
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (name) => JSON.parse(readFileSync(join(root, name), 'utf8'));
const file = 'npm-shrinkwrap.json';

/** The production part of a lock file of `manifest`. */
export const productionShrinkwrap = (manifest, lock) => {
  const { name, version, license, dependencies, bin, engines } = manifest;
  const libraries = Object.entries(lock.packages).filter(([place, entry]) => place !== '' && entry.dev !== true);
  return {
    name,
    version,
    lockfileVersion: lock.lockfileVersion,
    requires: true,
    packages: {
      '': { name, version, license, dependencies, bin, engines },
      // Optional for us, needed for a development package or the other way round: here nothing is a development package.
      ...Object.fromEntries(libraries.map(([place, { devOptional, ...entry }]) => [place, entry])),
    },
  };
};

/** The places of everything that `names` need, in a lock file's tree. */
const placesOf = (names, packages, from = '', found = new Set()) => {
  for (const name of names) {
    let above = from;
    let place = `${above}node_modules/${name}`;
    while (packages[place] === undefined && above !== '') {
      above = above.slice(0, above.lastIndexOf('node_modules/', above.length - 'node_modules/'.length));
      place = `${above}node_modules/${name}`;
    }
    const entry = packages[place];
    if (entry === undefined || found.has(place)) continue;
    found.add(place);
    placesOf(Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }), packages, `${place}/`, found);
  }
  return found;
};

/** The production part without some of its packages, and what only they need. */
const librariesWithout = (left, manifest, lock) => {
  const { packages, ...shrinkwrap } = productionShrinkwrap(manifest, lock);
  const dependencies = Object.fromEntries(
    Object.entries(manifest.dependencies).filter(([name]) => !left.includes(name)),
  );
  const own = { name: 'libraries', version: '1.0.0', private: true, dependencies };
  const needed = placesOf(Object.keys(dependencies), packages);
  const kept = Object.entries(packages).filter(([place]) => needed.has(place));
  const locked = { '': { name: own.name, version: own.version, dependencies }, ...Object.fromEntries(kept) };
  return { own, locked: { ...shrinkwrap, name: own.name, version: own.version, packages: locked } };
};

const write = (path, value) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [what = root, folder = root] = process.argv.slice(2);
  const manifest = read('package.json');
  const lock = read('package-lock.json');
  if (what === '--remove') rmSync(join(root, file), { force: true });
  else if (what === '--libraries') {
    const { own, locked } = librariesWithout(['@sparticuz/chromium'], manifest, lock);
    write(join(folder, 'package.json'), own);
    write(join(folder, 'package-lock.json'), locked);
  } else write(join(what, file), productionShrinkwrap(manifest, lock));
}

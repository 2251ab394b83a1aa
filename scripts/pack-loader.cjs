'use strict';
// The build puts this beside the packs (scripts/pack-chunks.mjs) and fills in which pack holds which module. A pack is run with what V8 compiled
// of it the last time that such a process ran. Node's own cache keeps the outermost code alone; what is kept here has every function that was
// called until it was kept, so that a start compiles next to nothing.
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');
const vm = require('node:vm');

const places = __PLACES__;
const url = pathToFileURL(__filename).href;
const loaded = new Map();
const packs = new Map();
/** What is compiled anew in this process, and kept when it ends or is told to. */
const fresh = [];
let kind = 'command';
let isLast = false;

/** Where Node keeps its own, so that whoever moves or forbids that one moves and forbids this one: src/cli/cli.ts says whose it may be. */
const directory = () => {
  const base = process.env.NODE_COMPILE_CACHE;
  if (!base || process.env.NODE_DISABLE_COMPILE_CACHE || process.sourceMapsEnabled === true) return undefined;
  return join(base, `packs-${process.version}-${process.arch}`);
};

const keptCode = (path) => {
  try {
    return readFileSync(path);
  } catch {
    // The first process of its kind, or a cache that is not ours to read: then it is compiled.
    return undefined;
  }
};

const keep = () => {
  if (isLast) return;
  for (const { script, path } of fresh.splice(0)) {
    try {
      mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
      const beside = `${path}.${process.pid}.tmp`;
      writeFileSync(beside, script.createCachedData(), { mode: 0o600 });
      renameSync(beside, path);
    } catch {
      // A cache that cannot be written costs the next start its time and nobody anything else.
      return;
    }
  }
};

const openPack = (name) => {
  const known = packs.get(name);
  if (known !== undefined) return known;
  const kept = directory();
  if (kept === undefined) {
    const plain = require(`./${name}`).modules;
    packs.set(name, plain);
    return plain;
  }
  const filename = join(__dirname, name);
  const path = join(kept, `${kind}-${name}`);
  const cachedData = keptCode(path);
  const script = new vm.Script(`(function(exports){${readFileSync(filename, 'utf8')}\n})`, {
    filename,
    cachedData,
  });
  if (cachedData === undefined || script.cachedDataRejected) {
    if (fresh.length === 0) process.once('exit', keep);
    fresh.push({ script, path });
  }
  const inside = {};
  script.runInThisContext()(inside);
  packs.set(name, inside.modules);
  return inside.modules;
};

const load = (id) => {
  const known = loaded.get(id);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(id, module);
  try {
    openPack(places[id])[id](module.exports, module, require, load, later, url, imported);
  } catch (error) {
    loaded.delete(id);
    throw error;
  }
  return module.exports;
};
const imported = (specifier) => import(specifier);
const later = async (id) => load(id);

/** `of`: what kind of process this is: those of one kind call the same functions. */
exports.load = (id, of) => {
  if (of !== undefined) kind = of;
  return load(id);
};
exports.later = async (id, of) => exports.load(id, of);
/** `last`: V8's flags change after it. It takes what was compiled only in a process with the same ones, so what came later would be kept in vain. */
globalThis[Symbol.for('zap-fleet.keep-packs')] = (last) => {
  keep();
  isLast ||= last;
};

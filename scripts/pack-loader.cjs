'use strict';
// The build puts this beside the packs (scripts/pack-chunks.mjs) and fills in which pack holds which module. A pack is run with what V8 compiled
// of it the last time that such a process ran. Node's own cache keeps the outermost code alone; what is kept here has every function that was
// called until it was kept, so that a start compiles next to nothing.
const {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  read,
  readSync,
  renameSync,
  utimesSync,
  writeFileSync,
} = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');
const vm = require('node:vm');

require('../sure-exit.cjs').makeExitSure();

/** The packs, which of them every module lies in, and which others whatever each of them holds may come to. */
const files = __FILES__;
const places = __PLACES__;
const needs = __NEEDS__;
/** By the kind of a process, the pack that it comes to last and that is larger than all others together. */
const readAhead = __AHEAD__;
const build = '__BUILD__';
const url = pathToFileURL(__filename).href;
const loaded = new Map();
const packs = new Map();
/** What is compiled anew in this process, and kept when it ends or is told to. */
const fresh = [];
const packPlace = Symbol.for('zap-fleet.pack');
let kind = 'command';
let isLast = false;

/** Of the flags that V8 was given: it takes no code that was compiled under others, and two processes of one kind would take turns in keeping theirs. */
const flags = () => {
  const given = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ').trim();
  let sum = 0;
  for (let place = 0; place < given.length; place += 1) sum = (Math.imul(sum, 31) + given.charCodeAt(place)) >>> 0;
  return given === '' ? '' : `${sum.toString(36)}-`;
};

/** Where Node keeps its own, so that whoever moves or forbids that one moves and forbids this one: src/cli/cli.ts says whose it may be. */
const cache = () => {
  const base = process.env.NODE_COMPILE_CACHE;
  if (!base || process.env.NODE_DISABLE_COMPILE_CACHE || process.sourceMapsEnabled === true) return undefined;
  return { base, kept: join(base, `packs-${process.version}-${process.arch}`, build) };
};

let flagsName;
/** The file with what was compiled of a pack in processes of this kind and these flags. */
const keptPath = (kept, place) => {
  flagsName ??= flags();
  return join(kept, `${kind}-${flagsName}${files[place]}`);
};

const sayEvery = 3_600_000;
let isSaid = false;
/** That this build is in use, for whoever clears away what older ones left (scripts/prune-packs.cjs). */
const sayInUse = (kept) => {
  if (isSaid) return;
  isSaid = true;
  const say = () => {
    try {
      utimesSync(kept, new Date(), new Date());
    } catch {
      // Not there yet, or not ours to touch: then nobody of ours clears it.
      return;
    }
  };
  say();
  setInterval(say, sayEvery).unref();
};

/** What one file after the other is read into: a page of memory that nobody has used yet costs as much as reading four thousand letters. */
let scratch = Buffer.alloc(0);
/** The bytes of a file, good until the next one is read. Throws what the system says. */
const bytesOf = (path) => {
  const file = openSync(path);
  try {
    const { size } = fstatSync(file);
    if (scratch.length < size) scratch = Buffer.allocUnsafeSlow(size);
    let done = 0;
    for (let count = -1; done < size && count !== 0; done += count)
      count = readSync(file, scratch, done, size - done, done);
    return scratch.subarray(0, done);
  } finally {
    closeSync(file);
  }
};

const keptCode = (path) => {
  try {
    return bytesOf(path);
  } catch {
    // The first process of its kind, or a cache that is not ours to read: then it is compiled.
    return undefined;
  }
};

/** On the disk before it gets its name: V8 takes what it compiled without looking, and a part that a power cut left unwritten would end every start. */
const writeDown = (path, bytes) => {
  const file = openSync(path, 'w', 0o600);
  try {
    writeFileSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

const keep = () => {
  if (isLast || fresh.length === 0) return;
  for (const { script, path } of fresh.splice(0)) {
    try {
      mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
      const beside = `${path}.${process.pid}.tmp`;
      writeDown(beside, script.createCachedData());
      renameSync(beside, path);
    } catch {
      // A cache that cannot be written costs the next start its time and nobody anything else.
      return;
    }
  }
  const { base } = cache() ?? {};
  if (base !== undefined) require('./prune-packs.cjs').prunePacks(base);
};

/** What was read of packs that nobody has used yet. */
const held = new Map();
const textOf = (place) => held.get(place) ?? bytesOf(join(__dirname, files[place])).latin1Slice();

/** The whole file, read by another thread; undefined: it cannot be read, or not yet. */
const readBeside = (path) =>
  new Promise((done) => {
    let file;
    let bytes;
    try {
      file = openSync(path);
      bytes = Buffer.allocUnsafeSlow(fstatSync(file).size);
    } catch {
      // Whoever needs it reads it again, and is told.
      if (file !== undefined) closeSync(file);
      done(undefined);
      return;
    }
    read(file, bytes, 0, bytes.length, 0, (error, count) => {
      closeSync(file);
      done(error === null && count === bytes.length ? bytes : undefined);
    });
  });

/** By place, what a process of this kind will need and has begun to read: settled once it is there. */
const beingRead = new Map();
const codeAhead = new Map();
const beginReading = (place) => {
  const { kept } = cache() ?? {};
  if (kept === undefined || place === undefined) return;
  const text = readBeside(join(__dirname, files[place]));
  const code = readBeside(keptPath(kept, place));
  const both = Promise.all([text, code]).then(([itsText, itsCode]) => {
    if (packs.has(place)) return;
    if (itsText !== undefined) held.set(place, itsText.latin1Slice());
    if (itsCode !== undefined) codeAhead.set(place, itsCode);
  });
  beingRead.set(place, both);
};

/** Holds the text of a pack, whatever becomes of its file. */
const hold = (place) => {
  if (packs.has(place) || held.has(place)) return;
  if (cache() === undefined) openPack(place);
  else held.set(place, textOf(place));
};

const holdAllAfter = 2000;
let isHolding = false;
/**
 * Modules are run when they are used, and that may be weeks later, when an upgrade has put other files here. So who lives longer than a moment holds
 * the text of all that its modules import.
 */
const holdAllSoon = () => {
  if (isHolding) return;
  isHolding = true;
  setTimeout(() => {
    isHolding = false;
    try {
      for (const place of [...packs.keys()]) for (const needed of needs[place]) hold(needed);
      scratch = Buffer.alloc(0);
    } catch {
      // They are gone by now: whoever uses one of them is told.
      return;
    }
  }, holdAllAfter).unref();
};

const openPack = (place) => {
  const known = packs.get(place);
  if (known !== undefined) return known;
  const name = files[place];
  holdAllSoon();
  const { kept } = cache() ?? {};
  if (kept === undefined) {
    const plain = require(`./${name}`).modules;
    packs.set(place, plain);
    return plain;
  }
  sayInUse(kept);
  const filename = join(__dirname, name);
  const path = keptPath(kept, place);
  // ASCII, and for V8 the very letters that the file has: no copy of a megabyte is made on the way.
  const text = textOf(place);
  const cachedData = codeAhead.get(place) ?? keptCode(path);
  codeAhead.delete(place);
  const script = new vm.Script(text, { filename, cachedData });
  if (cachedData === undefined || script.cachedDataRejected) {
    if (fresh.length === 0) process.once('exit', keep);
    fresh.push({ script, path });
  }
  const inside = {};
  globalThis[packPlace] = inside;
  script.runInThisContext();
  delete globalThis[packPlace];
  packs.set(place, inside.modules);
  held.delete(place);
  return inside.modules;
};

const load = (id) => {
  const known = loaded.get(id);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(id, module);
  try {
    openPack(places[id])[id](module.exports, module, require, load, use, later, url, imported, now);
  } catch (error) {
    loaded.delete(id);
    throw error;
  }
  return module.exports;
};

/** Stand for modules that nothing was asked of yet. */
const standIns = new Map();

/** The module's exports, but it is run when the first of them is asked for: most of what is imported no start ever uses. */
const use = (id) => {
  const known = loaded.get(id);
  if (known !== undefined) return known.exports;
  const before = standIns.get(id);
  if (before !== undefined) return before;
  const first = {
    get: (_, name) => {
      const exported = load(id);
      // From now on asked without this detour, as fast as any inherited property.
      Object.setPrototypeOf(standIn, exported);
      return exported[name];
    },
  };
  const standIn = Object.create(new Proxy(Object.prototype, first));
  standIns.set(id, standIn);
  return standIn;
};

const imported = (specifier) => import(specifier);
/** What the bundle has for `performance.now`: asking for `performance` loads eleven modules of Node's, 3 ms of a start. Milliseconds, never back. */
const now = () => process.uptime() * 1000;
const later = async (id) => {
  const reading = beingRead.get(places[id]);
  if (reading !== undefined) {
    beingRead.delete(places[id]);
    await reading;
    // What was begun before it gets its turn: a fleet that is being reached answers while this process takes over the code.
    await new Promise((done) => setImmediate(done));
  }
  return load(id);
};

/** `of`: what kind of process this is: those of one kind call the same functions. */
exports.load = (id, of) => {
  if (of !== undefined) kind = of;
  beginReading(readAhead[kind]);
  return load(id);
};
exports.later = async (id, of) => exports.load(id, of);
/** `last`: V8's flags change after it. It takes what was compiled only in a process with the same ones, so what came later would be kept in vain. */
globalThis[Symbol.for('zap-fleet.keep-packs')] = (last) => {
  keep();
  isLast ||= last;
};

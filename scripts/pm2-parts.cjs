'use strict';
// Loaded before PM2, in its daemon (`node --require`) and before its client. What PM2 loads at its start and uses for none of our requests (watching
// files, tables for a terminal, options of a command line, the check for a new version) is loaded when it is first asked for: a third of its daemon's start.
const Module = require('node:module');

require('./sure-exit.cjs').makeExitSure();

/** By how PM2's own files ask for them. */
const later = new Set(['chokidar', 'semver', './VersionCheck.js', 'commander', './UX', './API/UX', '../UX']);
const ownFile = /[\\/]pm2[\\/]lib[\\/]/;

const isLater = (request, parent) => later.has(request) && ownFile.test(parent?.filename ?? '');

/** PM2's daemon may live for weeks, and an upgrade puts other files here meanwhile: what waits in it is loaded once it has started. */
const isDaemon = /[\\/]pm2[\\/]lib[\\/]Daemon\.js$/.test(process.argv[1] ?? '');
const loadedAfter = 2000;
const waiting = [];
const loadAllSoon = () => {
  setTimeout(() => {
    for (const load of waiting.splice(0)) {
      try {
        load();
      } catch (error) {
        // As where it is used: it is asked again then.
        console.error(error);
      }
    }
  }, loadedAfter).unref();
};

/** Every question goes to the module itself, which is loaded for the first of them. */
const standIn = (load) => {
  const traps = {};
  for (const trap of Object.getOwnPropertyNames(Reflect)) traps[trap] = (_, ...args) => Reflect[trap](load(), ...args);
  return new Proxy(() => undefined, traps);
};

const load = Module._load;
Module._load = function (request, parent, isMain) {
  if (!isLater(request, parent)) return load.call(this, request, parent, isMain);
  const part = () => load.call(this, request, parent, isMain);
  if (isDaemon && waiting.push(part) === 1) loadAllSoon();
  return standIn(part);
};

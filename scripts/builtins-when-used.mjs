import { createRequire } from 'node:module';

/** Parts of Node that cost milliseconds each, and that most processes which import them never use. */
const costly = [
  'assert',
  'child_process',
  'crypto',
  'dgram',
  'dns',
  'fs/promises',
  'http',
  'https',
  'perf_hooks',
  'readline',
  'readline/promises',
  'sqlite',
  'timers/promises',
  'tls',
  'v8',
  'worker_threads',
  'zlib',
];

const require = createRequire(import.meta.url);
/** What every function has of its own, and names that cannot be written as such. */
const isProperty = (name) =>
  /^[A-Za-z_$][\w$]*$/.test(name) && !['arguments', 'caller', 'length', 'name', 'prototype'].includes(name);

/** Stands for the part: what is asked of it is asked of the real one, which is loaded then. What is set in it is set there, for all. */
const standIn = (part) => {
  const real = require(`node:${part}`);
  const accessors = Object.getOwnPropertyNames(real)
    .filter(isProperty)
    .map(
      (name) =>
        `${name}: { get() { return real().${name}; }, set(value) { real().${name} = value; }, enumerable: true, configurable: true },`,
    );
  return [
    'let it;',
    `const real = () => it ??= require('node:${part}');`,
    `module.exports = Object.defineProperties(${typeof real === 'function' ? '(...given) => real()(...given)' : '{}'}, {`,
    ...accessors,
    '});',
  ].join('\n');
};

/**
 * A module that imports one of these asks for `part.name` at the place where it uses the name (that is how the bundle reads CommonJS), so the part
 * is loaded by the first use and not by the import.
 *
 * @type {import('esbuild').Plugin}
 */
export const builtinsWhenUsed = {
  name: 'builtins-when-used',
  setup: ({ onResolve, onLoad }) => {
    const namespace = 'builtins-when-used';
    onResolve({ filter: new RegExp(`^(node:)?(${costly.join('|')})$`) }, ({ path, namespace: from, kind }) =>
      // `await import()` loads it when it is asked for anyway, and wants its names, which the stand-in has under `default` alone.
      from === namespace || kind === 'dynamic-import'
        ? { path, external: true }
        : { path: path.replace(/^node:/, ''), namespace },
    );
    onLoad({ filter: /.*/, namespace }, ({ path }) => ({ contents: standIn(path) }));
  },
};

// What the build changes in wppconnect and Puppeteer so that they fit into the bundle: what they look for at run time is named, and
// what no session uses is left out (docs/decisions/footprint.md has the figures). Every change fails the build when the library no longer
// has the line that it was written for.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { exchanged } from './exchange.mjs';

/** @typedef {import('esbuild').Plugin} Plugin */

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const require = createRequire(import.meta.url);

/** Files that go into the page: copied to `dist/injected/`, read when a page is loaded. */
export const injectedFiles = () => {
  const library = createRequire(require.resolve('@wppconnect-team/wppconnect'));
  return {
    'wppconnect-wa.js': library.resolve('@wppconnect/wa-js'),
    'wapi.js': require.resolve('@wppconnect-team/wppconnect/dist/lib/wapi/wapi.js'),
  };
};

/**
 * Packages and modules that only calls load which no session makes: saved pages (ours: pinned-page.ts), stickers (sharp, ffmpeg),
 * media fetched by address (axios), a Chrome that is looked for, a browser on another machine, the console's logger, Puppeteer's
 * installer, its other protocol and its WebSockets (the browser is reached by a pipe).
 */
const unusedByWppconnect =
  /^(@wppconnect\/wa-version|axios|boxen|chalk|chrome-launcher|execa|lookpath|mime-types|rimraf|sharp|tmp|ws|futoin-hkdf|atob)$/;
const unusedFiles =
  /(wppconnect\/dist\/(utils\/ffmpeg|api\/helpers\/select-sticker)|puppeteer-core\/lib\/esm\/puppeteer\/(bidi\/[A-Za-z]+|node\/ScreenRecorder)|@puppeteer\/browsers\/lib\/esm\/(install|CLI|DefaultProvider|httpUtil))\.js$/;

/** Stands where a module was: throws with its name as soon as anything of it is called. */
const standIn = (name) => `
const refuse = () => { throw new Error(${JSON.stringify(`${name} is not part of zap-fleet's build (scripts/library-plugins.mjs)`)}); };
const gone = new Proxy(refuse, {
  get: (target, key) => (key in target || typeof key === 'symbol' || key === '__esModule' || key === 'then' ? target[key] : gone),
});
module.exports = gone;
`;

const leftOut = {
  name: 'left-out',
  setup: ({ onResolve, onLoad, resolve }) => {
    const stand = (path) => ({ path, namespace: 'left-out' });
    onResolve({ filter: unusedByWppconnect }, ({ path, importer }) =>
      /node_modules\/(@wppconnect-team|puppeteer-core|puppeteer-extra)/.test(importer) ? stand(path) : null,
    );
    onResolve({ filter: /^\.{1,2}\// }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (pluginData === 'asked' || !/node_modules\/(puppeteer-core|@puppeteer|@wppconnect-team)\//.test(importer))
        return null;
      const found = await resolve(path, { importer, resolveDir, kind, pluginData: 'asked' });
      return unusedFiles.test(found.path) ? stand(found.path.replace(/^.*node_modules\//, '')) : null;
    });
    onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({ contents: standIn(path), loader: 'js' }));
  },
};

/** wppconnect logs to the console with winston; ours is handed to it instead (workers/whatsapp/wppconnect/library.ts). */
const quietLogger = {
  name: 'quiet-logger',
  setup: ({ onLoad }) => {
    onLoad({ filter: /wppconnect\/dist\/utils\/logger\.js$/ }, () => ({
      contents: `const none = () => undefined;
exports.defaultLogger = { silent: true, log: none, error: none, warn: none, info: none, http: none, verbose: none, debug: none, silly: none };`,
    }));
  },
};

/** wa-js and WAPI are files beside the bundle. */
const injectedScripts = {
  name: 'injected-scripts',
  setup: ({ onLoad }) => {
    const from = (name) => `require(${JSON.stringify(here('injected-path.mjs'))}).injectedPath('${name}')`;
    onLoad({ filter: /wppconnect\/dist\/controllers\/browser\.js$/ }, ({ path }) => ({
      contents: exchanged(path, [
        ["require.resolve('@wppconnect/wa-js')", from('wppconnect-wa.js')],
        ["require.resolve(path.join(__dirname, '../../dist/lib/wapi', 'wapi.js'))", from('wapi.js')],
      ]),
    }));
  },
};

/** puppeteer-extra loads its plugins and Puppeteer by names that it puts together: here is the table of all that stealth names. */
const namedPlugins = {
  name: 'named-plugins',
  setup: ({ onLoad }) => {
    onLoad({ filter: /puppeteer-extra\/dist\/index\.cjs\.js$/ }, ({ path }) => {
      const stealth = require('puppeteer-extra-plugin-stealth')();
      const names = [
        'puppeteer-extra-plugin-user-preferences',
        'puppeteer-extra-plugin-user-data-dir',
        ...[...stealth.dependencies].map((name) => `puppeteer-extra-plugin-${name}`),
      ];
      const table = names.map((name) => `${JSON.stringify(name)}: () => require(${JSON.stringify(name)})`).join(',\n');
      return {
        contents: exchanged(path, [
          ['const debug = Debug(', `const plugins = {\n${table}\n};\nconst debug = Debug(`],
          ['require(name)()', 'plugins[name]()()'],
          [
            "[require('puppeteer'), undefined]",
            `[require(${JSON.stringify(here('puppeteer-launcher.mjs'))}), undefined]`,
          ],
          ["[require('puppeteer-core'), undefined]", '[undefined, undefined]'],
        ]),
      };
    });

    // Options are sets and texts, one level deep, and none of ours are given: a whole library copies them.
    onLoad({ filter: /puppeteer-extra-plugin\/dist\/index\.cjs\.js$/ }, ({ path }) => ({
      contents: exchanged(path, [["require('merge-deep')", '(defaults, given) => ({ ...defaults, ...given })']]),
    }));

    onLoad({ filter: /puppeteer-extra-plugin-user-data-dir\/index\.js$/ }, ({ path }) => ({
      contents: exchanged(path, [
        [
          "require('fs-extra')",
          '{ outputFile: async (file, text) => { await fs.promises.mkdir(path.dirname(file), { recursive: true }); await fs.promises.writeFile(file, text); } }',
        ],
        ["const path = require('path')\n", ''],
        ["const fs = require('fs')\n", "const fs = require('fs')\nconst path = require('path')\n"],
      ]),
    }));
  },
};

/** A check that a stub would hide: the parts that are left out must still be where they were. */
export const checkLibraries = () => {
  const main = readFileSync(require.resolve('@puppeteer/browsers').replace('/cjs/', '/esm/'), 'utf8');
  for (const name of ['./install.js', './CLI.js', './DefaultProvider.js'])
    if (!main.includes(name))
      throw new Error(`@puppeteer/browsers has changed, ${name} is gone: look at scripts/library-plugins.mjs`);
};

/** @type {readonly Plugin[]} */
export const libraryPlugins = [leftOut, quietLogger, injectedScripts, namedPlugins];

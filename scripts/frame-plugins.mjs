// What the build changes in libraries so that a frame comes sooner, the first one most of all (docs/decisions/dashboard.md has the
// figures). Every change fails the build when the library no longer has the line that it was written for.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { exchange, exchanged } from './exchange.mjs';
import { plainCharacters } from './segmenter-on-demand.mjs';

/** @typedef {import('esbuild').Plugin} Plugin */

const yogaLetters = /H="(data:application\/octet-stream;base64,)([^"]+)"/;

/** Yoga's WebAssembly, which `yogaAtOnce` looks for beside the loader of the packs: `yoga.wasm`. */
export const yogaWebAssembly = () => {
  const path = fileURLToPath(import.meta.resolve('yoga-layout/load')).replace(
    /src\/load\.js$/,
    'binaries/yoga-wasm-base64-esm.js',
  );
  const letters = yogaLetters.exec(readFileSync(path, 'utf8'))?.[2];
  if (letters === undefined) throw new Error(`${path} has changed: it has no WebAssembly in it any more`);
  return Buffer.from(letters, 'base64');
};

/**
 * Yoga fetches its WebAssembly from a data address, which loads all of Node's HTTP client (30 ms), and waits for it at the top of its module,
 * which only an ES module may. Read from a file and made at once it needs neither, and its 120 kB of letters are neither in the text of the
 * program nor in what V8 compiled of it.
 */
const yogaAtOnce = {
  name: 'yoga-at-once',
  setup: ({ onLoad }) => {
    onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, ({ path }) => {
      const text = exchanged(path, [
        ['"function"!=typeof fetch', 'true'],
        [
          'if(h.instantiateWasm)try{return h.instantiateWasm(d,',
          'try{return(function(imports,receive){var made=new WebAssembly.Instance(new WebAssembly.Module(yogaFile()),imports);receive(made);return made.exports})(d,',
        ],
        ['return loadYoga.ready', 'return loadYoga'],
        [
          'var loadYoga = ',
          "import { readFileSync as readYoga } from 'node:fs'; const yogaFile = () => readYoga(new URL('yoga.wasm', import.meta.url)); var loadYoga = ",
        ],
      ]);
      return { contents: exchange(path, text, yogaLetters.exec(text)?.[2] ?? 'its letters', '') };
    });
    onLoad({ filter: /yoga-layout\/dist\/src\/index\.js$/ }, ({ path }) => ({
      contents: exchanged(path, [['await loadYoga()', 'loadYoga()']]),
    }));
  },
};

/** Only in development Ink loads React's browser tools and its own package.json, and waits for them at the top of its module. */
const noDevelopment = {
  name: 'no-development',
  setup: ({ onLoad }) => {
    onLoad({ filter: /node_modules\/ink\/build\/reconciler\.js$/ }, ({ path }) => ({
      contents: exchanged(path, [
        ["if (process.env['DEV'] === 'true') {\n    // Intentionally", 'if (false) {\n    // Intentionally'],
        ["await import('./devtools.js')", 'undefined'],
        [
          "if (process.env['DEV'] === 'true') {\n    try {\n        const loaded = await loadPackageJson()",
          'if (false) {\n    try {\n        const loaded = {}',
        ],
      ]),
    }));
  },
};

/**
 * Making a segmenter and the expression of all emoji costs 30 ms, and every frame goes through them letter by letter. Made for the first
 * text that needs them: Portuguese does not.
 */
const graphemesOnDemand = {
  name: 'graphemes-on-demand',
  setup: ({ onLoad }) => {
    const ours = JSON.stringify(fileURLToPath(new URL('segmenter-on-demand.mjs', import.meta.url)));
    onLoad({ filter: /node_modules\/(string-width|wrap-ansi|slice-ansi|ink|@alcalzone)\/.*\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const isWidth = path.endsWith('string-width/index.js');
      const makes = /new Intl\.Segmenter\([^)]*\)/g;
      if (!makes.test(text)) return isWidth ? exchange(path, text, 'new Intl.Segmenter(', '') : null;
      const changes = isWidth
        ? [
            [
              'const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;',
              'let emoji; const rgiEmojiRegex = { test: text => (emoji ??= new RegExp("^\\\\p{RGI_Emoji}$", "v")).test(text) };',
            ],
            ['/^[\\u0020-\\u007E]*$/', `/^[${plainCharacters}]*$/`],
          ]
        : [];
      const changed = changes.reduce((sofar, [from, to]) => exchange(path, sofar, from, to), text);
      return {
        contents: `import { segmenter as graphemesOnDemand } from ${ours};\n${changed.replaceAll(makes, 'graphemesOnDemand')}`,
      };
    });
  },
};

/** Ink cuts every line of every frame into cells anew: two thirds of a frame. The cells of the last frame's lines are kept, and no others. */
const linesOfLastFrame = {
  name: 'lines-of-last-frame',
  setup: ({ onLoad }) => {
    onLoad({ filter: /node_modules\/ink\/build\/output\.js$/ }, ({ path }) => {
      const changes = [
        [
          'styledChars = new Map();',
          'styledChars = new Map(); static last = new Map(); before = OutputCaches.last; constructor() { OutputCaches.last = this.styledChars; }',
        ],
        [
          'let cached = this.styledChars.get(line);',
          'let cached = this.styledChars.get(line); if (cached === undefined) { cached = this.before.get(line); if (cached !== undefined) this.styledChars.set(line, cached); }',
        ],
        // Ten thousand blank cells a frame: one, as cells are exchanged and never changed.
        [
          "row.push({\n                    type: 'char',\n                    value: ' ',\n                    fullWidth: false,\n                    styles: [],\n                });",
          'row.push(blank);',
        ],
        [
          'class OutputCaches {',
          "const blank = { type: 'char', value: ' ', fullWidth: false, styles: [] };\nclass OutputCaches {",
        ],
      ];
      return {
        contents: changes.reduce((text, [from, to]) => exchange(path, text, from, to), readFileSync(path, 'utf8')),
      };
    });
  },
};

/** What Ink does with every line of every frame is done once for each line (scripts/row-output.mjs): two thirds of the rest of a frame. */
const linesMadeOnce = {
  name: 'lines-made-once',
  setup: ({ onLoad }) => {
    const ours = JSON.stringify(fileURLToPath(new URL('row-output.mjs', import.meta.url)));
    const cells = JSON.stringify(fileURLToPath(new URL('line-cells.mjs', import.meta.url)));
    onLoad({ filter: /node_modules\/ink\/build\/renderer\.js$/ }, ({ path }) => ({
      contents: exchange(
        path,
        readFileSync(path, 'utf8'),
        "import Output from './output.js';",
        `import InkOutput from './output.js';
import { styledCharsToString } from '@alcalzone/ansi-tokenize';
import { rowOutput } from ${ours};
const Output = rowOutput(InkOutput, styledCharsToString);`,
      ),
    }));
    onLoad({ filter: /node_modules\/ink\/build\/render-node-to-output\.js$/ }, ({ path }) => ({
      contents: exchange(
        path,
        readFileSync(path, 'utf8'),
        "import widestLine from 'widest-line';",
        "import measureText from './measure-text.js';\nconst widestLine = (text) => measureText(text).width;",
      ),
    }));
    onLoad({ filter: /node_modules\/ink\/build\/squash-text-nodes\.js$/ }, ({ path }) => ({
      contents: exchange(
        path,
        readFileSync(path, 'utf8'),
        "import sanitizeAnsi from './sanitize-ansi.js';",
        `import sanitize from './sanitize-ansi.js';
import { cellsOf } from ${cells};
const known = new Map();
const sanitizeAnsi = (text) => {
  // What has cells has nothing that would be taken out of it.
  if (cellsOf(text) !== null) return text;
  let clean = known.get(text);
  if (clean === undefined) {
    clean = sanitize(text);
    if (known.size >= 256) known.clear();
    known.set(text, clean);
  }
  return clean;
};`,
      ),
    }));
  },
};

/** Ink writes a changed line from the first changed cell to its end, with every colour before it: 19 kB/s for a fleet at 200x50 instead of 3. */
const cellsThatDiffer = {
  name: 'cells-that-differ',
  setup: ({ onLoad }) => {
    const ours = JSON.stringify(fileURLToPath(new URL('line-update.mjs', import.meta.url)));
    onLoad({ filter: /node_modules\/ink\/build\/line-update\.js$/ }, ({ path }) => {
      exchange(path, readFileSync(path, 'utf8'), 'export default function lineUpdate(previous, next, columns) {', '');
      return { contents: `export { default } from ${ours};` };
    });
    // Lines that are written whole elsewhere: the first frame, and all of them in a window of another size.
    onLoad({ filter: /node_modules\/ink\/build\/log-update\.js$/ }, ({ path }) => {
      const changes = [
        [
          'ansiEscapes.eraseLines(previousLines.length) +\n                text +',
          'ansiEscapes.eraseLines(previousLines.length) +\n                steadyFrame(text) +',
        ],
        [
          ': ansiEscapes.cursorTo(0) + ansiEscapes.eraseEndLine + nextLine;',
          ': ansiEscapes.cursorTo(0) + ansiEscapes.eraseEndLine + steadyLine(nextLine);',
        ],
      ];
      const changed = changes.reduce((text, [from, to]) => exchange(path, text, from, to), readFileSync(path, 'utf8'));
      return { contents: `import { steadyFrame, steadyLine } from ${ours};\n${changed}` };
    });
  },
};

/** Ink keeps up to 16,000 measured and wrapped lines (7 MB of a fleet's rows, each shown for a second); a screen has less than a hundred. */
const smallCaches = {
  name: 'small-caches',
  setup: ({ onLoad }) => {
    const cells = JSON.stringify(fileURLToPath(new URL('line-cells.mjs', import.meta.url)));
    onLoad({ filter: /node_modules\/ink\/build\/(measure-text|wrap-text)\.js$/ }, ({ path }) => {
      const small = exchange(path, readFileSync(path, 'utf8'), 'maxSize: 4096', 'maxSize: 256');
      if (!path.endsWith('measure-text.js')) return { contents: small };

      // The cells of a row are wanted anyway.
      const counted = exchange(path, small, 'widestLine(text)', 'cellsOf(text)?.text.length ?? widestLine(text)');
      return { contents: `import { cellsOf } from ${cells};\n${counted}` };
    });
  },
};

/** A bundled module copies CommonJS it imports, getter by getter, once a file: 13 ms for React. One module with React's names costs nothing. */
const reactOnce = {
  name: 'react-once',
  setup: ({ onResolve, onLoad }) => {
    const require = createRequire(import.meta.url);
    onResolve({ filter: /^react(\/jsx-runtime)?$/ }, ({ path, kind }) =>
      kind === 'require-call' ? null : { path, namespace: 'react-once' },
    );
    onLoad({ filter: /.*/, namespace: 'react-once' }, ({ path }) => {
      const names = Object.keys(require(path)).filter((name) => /^[A-Za-z]\w*$/.test(name));
      return {
        contents: `const library = require(${JSON.stringify(require.resolve(path))});\nexport default library;\nexport const { ${names.join(', ')} } = library;`,
        resolveDir: fileURLToPath(new URL('..', import.meta.url)),
      };
    });
  },
};

/** As a module, `process` evaluates each of its getters once, and one of them costs 17 ms (allowedNodeEnvironmentFlags). */
const processAsIs = {
  name: 'process-as-is',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(node:)?process$/ }, () => ({ path: 'process', namespace: 'process-as-is' }));
    onLoad({ filter: /.*/, namespace: 'process-as-is' }, () => ({
      contents:
        // Not `stdout`: to ask for it makes it, with all of Node's streams, in processes that never print.
        'export default globalThis.process; export const { env, cwd, hrtime, platform } = globalThis.process;',
    }));
  },
};

/** To ask whether there is a `performance` loads it: eleven modules of Node's, where the pack's own clock (scripts/pack-loader.cjs) is at hand. */
const clockAtHand = {
  name: 'clock-at-hand',
  setup: ({ onLoad }) => {
    onLoad({ filter: /scheduler\/cjs\/scheduler\.production\.js$/ }, ({ path }) => ({
      contents: exchanged(path, [
        ['if ("object" === typeof performance && "function" === typeof performance.now)', 'if (true)'],
        ['var localPerformance = performance;', 'var localPerformance = { now: () => performance.now() };'],
      ]),
    }));
  },
};

/** Asks once whether it was given a function, and loads all of `assert` for it. */
const exitWithoutAssert = {
  name: 'exit-without-assert',
  setup: ({ onLoad }) => {
    onLoad({ filter: /node_modules\/signal-exit\/index\.js$/ }, ({ path }) => ({
      contents: exchanged(path, [
        ["  var assert = require('assert')\n", ''],
        [
          "assert.equal(typeof cb, 'function', 'a callback must be provided for exit handler')",
          "if (typeof cb !== 'function') throw new TypeError('a callback must be provided for exit handler')",
        ],
      ]),
    }));
  },
};

/** ink-table knows its rows by their hashes; the library of those asks for all algorithms that there are when it is loaded, and so for `crypto`. */
const hashesOnDemand = {
  name: 'hashes-on-demand',
  setup: ({ onLoad }) => {
    onLoad({ filter: /node_modules\/object-hash\/index\.js$/ }, ({ path }) => ({
      contents: exchanged(path, [
        ["crypto.getHashes ? crypto.getHashes().slice() : ['sha1', 'md5']", "['sha1', 'md5']"],
      ]),
    }));
  },
};

/** @type {readonly Plugin[]} */
export const framePlugins = [
  yogaAtOnce,
  cellsThatDiffer,
  linesMadeOnce,
  graphemesOnDemand,
  linesOfLastFrame,
  smallCaches,
  reactOnce,
  hashesOnDemand,
  clockAtHand,
  exitWithoutAssert,
  processAsIs,
  noDevelopment,
];

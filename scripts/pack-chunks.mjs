// The last step of the build: esbuild's several hundred small modules become few CommonJS files, each with what one kind of process loads
// together. Node resolves, reads and links every module by itself, and that was a third of the start of `ls` and of a worker
// (docs/decisions/starts.md has the figures). What is rarely loaded stays a file of its own.
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { transform } from 'esbuild';

/** Everything that runs through `loader` has its own name there: the chunk's file, or the entry's. */
const idOf = (path) => basename(path);

/** A kind of process, and the sources that it loads at its start: each with all that it imports statically. */
const faces = {
  look: [
    'src/cli/program.ts',
    'src/settings/load-settings.ts',
    'src/settings/env-file-trust.ts',
    'src/cli/command-context.ts',
    'src/cli/language.ts',
    'src/cli/look-at-fleet.ts',
    'src/cli/open-door.ts',
    'src/cli/shell-paint.ts',
    'src/cli/commands/ls.ts',
  ],
  screens: [
    'src/cli/dashboard.ts',
    'src/cli/dashboard-operations.ts',
    'components/app/run-dashboard.tsx',
    'components/app/mount.ts',
  ],
  worker: ['workers/session-worker.ts'],
  master: ['src/master/run-master.ts'],
};

const staticImports = (outputs, path) =>
  outputs[path].imports.filter(({ kind, external }) => kind === 'import-statement' && !external).map((one) => one.path);

const closureOf = (outputs, path, found = new Set()) => {
  if (found.has(path)) return found;
  found.add(path);
  for (const next of staticImports(outputs, path)) closureOf(outputs, next, found);
  return found;
};

/** Which pack every chunk goes into: those that the same kinds of process load share one. The dashboard has what `ls` has, too. */
const packOf = (outputs) => {
  const loadedBy = new Map();
  for (const [face, sources] of Object.entries(faces)) {
    for (const source of sources) {
      const root = Object.keys(outputs).find((path) => outputs[path].entryPoint === source);
      if (root === undefined)
        throw new Error(`${source} is no chunk of its own any more: look at scripts/pack-chunks.mjs`);
      for (const path of closureOf(outputs, root)) {
        const by = loadedBy.get(path) ?? new Set();
        if (face !== 'screens' || !by.has('look')) by.add(face);
        loadedBy.set(path, by);
      }
    }
  }
  return new Map([...loadedBy].map(([path, by]) => [path, [...by].join('-')]));
};

const mapComment = /\n?\/\/# sourceMappingURL=.*\s*$/;

/** Imports of other chunks go through `load`, at once or later; what is Node's or a package's stays as it is. */
const viaLoader = (code, ids, how) =>
  code.replace(how, (whole, path) => (ids.has(idOf(path)) ? `__zapLoad("${idOf(path)}")` : whole));

const later = /\bimport\("(\.\/[^"]+)"\)/g;
const atOnce = /\brequire\("(\.\/[^"]+)"\)/g;

/** Parts of Node that cost milliseconds each, and that most processes which import them never use. */
const costly =
  'child_process|crypto|dgram|dns|http|https|perf_hooks|readline|readline/promises|sqlite|tls|worker_threads|zlib';
const costlyImport = new RegExp(
  `\\b(import_[A-Za-z0-9_]+)=(require\\("(?:node:)?(?:${costly})"\\)|__toESM\\(require\\("(?:node:)?(?:${costly})"\\)(?:,1)?\\))`,
  'g',
);

/** They are loaded when something of them is used: `import_node_crypto.randomUUID` asks for it then. */
const builtinsWhenUsed = (code) => {
  let changed = code;
  for (const [whole, name, call] of code.matchAll(costlyImport)) {
    const [before, after] = changed.split(whole);
    const uses = new RegExp(`\\b${name}\\b`, 'g');
    changed = `${before.replace(uses, `(${name}())`)}${name}=()=>${name}.it??=${call}${after.replace(uses, `(${name}())`)}`;
  }
  return changed;
};

/** The module as the inside of a CommonJS function, and its map. */
const asFunction = async (path, root, ids) => {
  const file = join(root, path);
  const text = readFileSync(file, 'utf8').replace(mapComment, '');
  const map = readFileSync(`${file}.map`).toString('base64');
  const lazily = text.replace(later, (whole, to) => (ids.has(idOf(to)) ? `__zapLater("${idOf(to)}")` : whole));
  // Compiled without Node's loader a pack cannot import by itself: it asks the one that was.
  const imported = lazily.replace(/\bimport\((?=["'`\w])/g, '__zapImport(');
  const { code, map: chained } = await transform(
    `${imported}\n//# sourceMappingURL=data:application/json;base64,${map}`,
    {
      format: 'cjs',
      platform: 'node',
      target: 'node22',
      sourcemap: 'external',
      sourcesContent: false,
      sourcefile: file,
      minifyWhitespace: true,
      lineLimit: 160,
      logLevel: 'error',
    },
  );
  return { code: builtinsWhenUsed(viaLoader(code, ids, atOnce)), map: JSON.parse(chained) };
};

const parameters = 'exports,module,require,__zapLoad,__zapLater,__zapUrl,__zapImport';
const linesIn = (text) => text.split('\n').length - 1;

/** One file of many modules, with a map that has a section for each. */
const packFile = (modules) => {
  let text = 'exports.modules={';
  const sections = [];
  for (const { id, code, map } of modules) {
    text += `${JSON.stringify(id)}(${parameters}){\n`;
    sections.push({ offset: { line: linesIn(text), column: 0 }, map });
    text += `${code}\n},\n`;
  }
  text += '};\n';
  return { text, map: JSON.stringify({ version: 3, sections }) };
};

/** Finds a module in its pack and runs it once (scripts/pack-loader.cjs). */
const loaderText = (table) =>
  readFileSync(new URL('pack-loader.cjs', import.meta.url), 'utf8').replace('__PLACES__', () => JSON.stringify(table));

/** An ES module's import of a part of Node evaluates every getter that it exports: for `node:fs` that loads all of its streams. */
const asRequired = (text) =>
  text
    .replace(
      /\bimport\{([^}]*)\}from"(node:[^"]+)";/g,
      (_, names, from) => `const{${names.replace(/ as /g, ':')}}=require("${from}");`,
    )
    .replace(/\bimport (\w+) from"(node:[^"]+)";/g, 'const $1=require("$2");');

/** What the loader calls the process that begins with this: those of one name share what was compiled. */
const kindOf = (path, to) =>
  idOf(path) === 'cli.js'
    ? ', process.argv.length > 2 ? "command" : "dashboard"'
    : `, ${JSON.stringify(idOf(to).replace(/-[A-Z0-9]{8}\.js$/, ''))}`;

const loaderName = 'loader.cjs';
const withRequire =
  "import { createRequire as __zapRequire } from 'node:module'; const require = __zapRequire(import.meta.url);\n";
const loader = `require("./chunks/${loaderName}")`;

/** Puts the modules of `directory` (esbuild's `outputs`) into packs. Entries keep their names and stay modules. */
export const packChunks = async (root, directory, outputs) => {
  const scripts = Object.keys(outputs).filter((path) => path.endsWith('.js'));
  const isChunk = (path) => path.startsWith(`${directory}/chunks/`);
  // An entry that imports nothing statically can stay as it is; the code of the others is loaded like a chunk.
  const isPlain = (path) => !isChunk(path) && staticImports(outputs, path).length === 0;
  const packs = packOf(outputs);
  const ids = new Set(scripts.filter((path) => !isPlain(path)).map(idOf));
  const byPack = new Map();
  for (const path of scripts.filter((one) => !isPlain(one))) {
    const name = packs.get(path) ?? idOf(path).replace(/\.js$/, '');
    byPack.set(name, [...(byPack.get(name) ?? []), path]);
  }

  const table = {};
  for (const [name, paths] of byPack) {
    const modules = await Promise.all(
      paths.map(async (path) => ({ id: idOf(path), ...(await asFunction(path, root, ids)) })),
    );
    const { text, map } = packFile(modules);
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
    const file = `${name.replace(/-[A-Z0-9]{8}$/, '')}-${hash}.cjs`;
    for (const { id } of modules) table[id] = file;
    writeFileSync(join(root, directory, 'chunks', file), `${text}//# sourceMappingURL=${file}.map\n`);
    writeFileSync(join(root, directory, 'chunks', `${file}.map`), map);
  }
  writeFileSync(join(root, directory, 'chunks', loaderName), loaderText(table));

  for (const path of scripts) {
    const file = join(root, path);
    if (isChunk(path)) {
      rmSync(file);
      rmSync(`${file}.map`);
    } else if (isPlain(path)) {
      const text = readFileSync(file, 'utf8');
      const [, shebang = '', rest] = /^(#!.*\n)?([\s\S]*)$/.exec(text);
      const changed = asRequired(rest).replace(
        later,
        (_, to) => `${loader}.later(${JSON.stringify(idOf(to))}${kindOf(path, to)})`,
      );
      writeFileSync(file, `${shebang}${withRequire}${changed}`);
    } else {
      writeFileSync(
        file,
        `${withRequire}${loader}.load(${JSON.stringify(idOf(path))}, ${JSON.stringify(idOf(path).replace('.js', ''))});\n`,
      );
      rmSync(`${file}.map`);
    }
  }
};

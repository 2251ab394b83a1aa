// The last step of the build: esbuild's several hundred small modules become few CommonJS files, each with what one kind of process loads
// together. Node resolves, reads and links every module by itself, and that was a third of the start of `ls` and of a worker
// (docs/decisions/starts.md has the figures). What is rarely loaded stays a file of its own.
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { transform } from 'esbuild';
import { chunkOf, closureOf, staticImports } from './chunk-graph.mjs';
import { afterFirstFrame } from './first-frame.mjs';
import { masterPacks } from './master-packs.mjs';

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
    'src/cli/dashboard-fleet.ts',
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
  portuguese: ['components/texts/pt-br.ts'],
  'later-screens': ['components/app/mount.ts'],
};

/** What is loaded when it is first asked for, maybe weeks later, and by then must still be there: by the source of the one that loads it. */
const heldBy = { 'src/master/run-master.ts': ['src/http/app.ts'] };

/**
 * The face, and the pack, that a first frame waits for. Its names are short: with React, Ink and Yoga it is half as long, and V8 keeps 180 pages less
 * of it. All else keeps its names, for whoever reads a log.
 */
const firstFrame = 'screens';

/**
 * Whether the modules of a pack ask the loader's clock: those that a look at the fleet loads. Never those of workers alone: functions of theirs are
 * sent to a page as text, and run where there is no such clock.
 */
const isAtHand = (pack) => /^(?:look|screens)(?:-|$)/.test(pack ?? '');

/** Faces that are no process, but what a dashboard comes to later: nothing that is loaded at some start is among theirs. */
const later = new Set(['later-screens', 'portuguese']);

const schemas = 'node_modules/zod/v4/core/schemas.js';

/** Which pack every chunk goes into: those that the same kinds of process load share one. The dashboard has what `ls` has, too. */
const packOf = (outputs, importsOf) => {
  const isLater = (path) => afterFirstFrame.some((input) => Object.hasOwn(outputs[path].inputs, input));
  const importsAtStart = (path) => importsOf(path).filter((to) => !isLater(to));
  const loadedBy = new Map();
  for (const [face, sources] of Object.entries(faces)) {
    for (const source of sources) {
      for (const path of closureOf(later.has(face) ? importsOf : importsAtStart, chunkOf(outputs, source))) {
        const by = loadedBy.get(path) ?? new Set();
        const isNews = later.has(face) ? by.size === 0 : face !== firstFrame || !by.has('look');
        if (isNews) by.add(face);
        loadedBy.set(path, by);
      }
    }
  }
  const masterPackOf = masterPacks(outputs);
  const packName = (path, by) => {
    // No first frame parses anything, whatever it imports.
    if (Object.hasOwn(outputs[path].inputs, schemas)) return 'schemas';
    const name = [...by].join('-');
    return name === 'master' ? masterPackOf(path) : name;
  };
  return new Map([...loadedBy].map(([path, by]) => [path, packName(path, by)]));
};

const mapComment = /\n?\/\/# sourceMappingURL=.*\s*$/;

const laterImport = /\bimport\("(\.\/[^"]+)"\)/g;
const withoutNames = /\bimport"(\.\/[^"]+)";/g;
const withNames = /\brequire\("(\.\/[^"]+)"\)/g;

/** These say nothing of it, and only define what they export. */
const onlyDefine = ['node_modules/ink-table/dist/index.js'];

/** Whether a package says of itself that its modules do nothing but what they are asked for. */
const isPurePackage = (root, input) => {
  const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
  if (folder === undefined) return false;

  const { sideEffects } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const isListed = (listed) => join(folder, listed) === input;
  return sideEffects === false || (Array.isArray(sideEffects) && !sideEffects.some(isListed));
};

/**
 * Whether a chunk may be run when something of it is used, and not at all when nothing is: esbuild imports without names whatever an entry could
 * reach. Our own modules do nothing when they are imported, CommonJS is run by who requires it, and packages say it of themselves.
 */
const isIdle = (root, { inputs, outputs }, path) =>
  Object.keys(outputs[path].inputs).every(
    (input) =>
      !input.includes('node_modules/') ||
      inputs[input].format === 'cjs' ||
      onlyDefine.includes(input) ||
      isPurePackage(root, input),
  );

const exportsOfEsbuild =
  /var (?<name>[\w$]+)=\{\};[\w$]+\(\k<name>,\{(?<listed>[^{}]*)\}\);\s*module\.exports=[\w$]+\(\k<name>\);/;
const exportedName = /^([\w$]+|"[^"]+"):\(\)=>([\w$.]+)$/;

/**
 * What a module exports, made by one literal. esbuild defines every name twice, on an object and on its copy, and V8 makes a shape for each
 * name of both: 800 names of a first frame were 120 pages of memory. Without a prototype the literal has no shapes at all until it is used.
 */
const withPlainExports = (path, code) => {
  const found = exportsOfEsbuild.exec(code);
  if (found === null) return code;

  const getters = found.groups.listed
    .replaceAll('\n', '')
    .split(',')
    .map((one) => {
      const [, exported, local] = exportedName.exec(one) ?? [];
      if (exported === undefined)
        throw new Error(`${path} exports ${one}: look at withPlainExports in scripts/pack-chunks.mjs`);
      return `get ${exported}(){return ${local}}`;
    });
  return code.replace(found[0], () => `module.exports={__proto__:null,${getters.join(',\n')}};`);
};

/**
 * The module as the inside of a CommonJS function, and its map. Imports of other chunks go through the loader; what is Node's or a package's stays
 * as it is. What is imported by name is run at its first use: that is how CommonJS reads an import, `chunk.name` at every place.
 */
const asFunction = async (path, root, { ids, idle, isShort, hasClock }) => {
  const file = join(root, path);
  const text = readFileSync(file, 'utf8').replace(mapComment, '');
  const map = readFileSync(`${file}.map`).toString('base64');
  const lazily = text
    .replace(laterImport, (whole, to) => (ids.has(idOf(to)) ? `__zapLater("${idOf(to)}")` : whole))
    .replace(withoutNames, (_, to) => (idle.has(idOf(to)) ? '' : `__zapLoad("${idOf(to)}");`));
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
      minifyIdentifiers: isShort,
      define: hasClock ? { 'performance.now': '__zapNow' } : {},
      lineLimit: 160,
      logLevel: 'error',
    },
  );
  const used = withPlainExports(path, code).replace(withNames, (whole, to) => {
    if (!ids.has(idOf(to))) return whole;
    return `${idle.has(idOf(to)) ? '__zapUse' : '__zapLoad'}("${idOf(to)}")`;
  });
  return { code: used, map: JSON.parse(chained) };
};

const parameters = 'exports,module,require,__zapLoad,__zapUse,__zapLater,__zapUrl,__zapImport,__zapNow';
const linesIn = (text) => text.split('\n').length - 1;

/**
 * Regular expressions are all that esbuild leaves other letters in. Written with their numbers they mean the same, and V8 holds a text that is
 * ASCII with one byte a letter, not two.
 */
const inAscii = (text) =>
  text.replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** One file of many modules, with a map that has a section for each. */
const packFile = (modules) => {
  // Run by `require`, or as the script that it is, for which the loader leaves the place.
  let text = `(typeof exports==="object"?exports:globalThis[Symbol.for("zap-fleet.pack")]).modules={`;
  const sections = [];
  for (const { id, code, map } of modules) {
    text += `${JSON.stringify(id)}(${parameters}){\n`;
    sections.push({ offset: { line: linesIn(text), column: 0 }, map });
    text += `${code}\n},\n`;
  }
  text += '};\n';
  return { text: inAscii(text), map: JSON.stringify({ version: 3, sections }) };
};

/** Finds a module in its pack and runs it once (scripts/pack-loader.cjs). */
const loaderText = (files, places, needs, ahead) => {
  const build = createHash('sha256').update(files.join(' ')).digest('hex').slice(0, 16);
  return readFileSync(new URL('pack-loader.cjs', import.meta.url), 'utf8')
    .replace('__FILES__', () => JSON.stringify(files))
    .replace('__PLACES__', () => JSON.stringify(places))
    .replace('__NEEDS__', () => JSON.stringify(needs))
    .replace('__AHEAD__', () => JSON.stringify(ahead))
    .replace('__BUILD__', build);
};

/** What the loader calls the process that begins with this: those of one name share what was compiled. */
const kindOf = (path, to) =>
  idOf(path) === 'cli.js'
    ? ', process.argv[2] === "ls" ? "ls" : process.argv.length > 2 ? "command" : "dashboard"'
    : `, ${JSON.stringify(idOf(to).replace(/-[A-Z0-9]{8}\.js$/, ''))}`;

const loaderName = 'loader.cjs';
const loader = `require("./chunks/${loaderName}")`;

/** An entry that stays as it is, but for how it finds the chunks. */
const plainEntry = async (text, path) => {
  const asked = text.replace(laterImport, (_, id) => `${loader}.later(${JSON.stringify(idOf(id))}${kindOf(path, id)})`);
  const { code } = await transform(asked, {
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    minifyWhitespace: true,
  });
  return code;
};

/** The packs (`byPack`: chunks by the name of theirs) and what loads them, into `folder`. */
const writePacks = async (folder, byPack, needsOf, moduleOf) => {
  const names = [...byPack.keys()];
  const placeOf = new Map(names.flatMap((name, place) => (byPack.get(name) ?? []).map((path) => [path, place])));
  const files = [];
  for (const [name, paths] of byPack) {
    const modules = await Promise.all(paths.map(async (path) => ({ id: idOf(path), ...(await moduleOf(path)) })));
    const { text, map } = packFile(modules);
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
    const file = `${name.replace(/-[A-Z0-9]{8}$/, '')}-${hash}.cjs`;
    files.push(file);
    writeFileSync(join(folder, file), `${text}//# sourceMappingURL=${file}.map\n`);
    writeFileSync(join(folder, `${file}.map`), map);
  }
  const places = Object.fromEntries([...placeOf].map(([path, place]) => [idOf(path), place]));
  // Module for module: by packs alone a bot needed the screens, because of a text that the master shares with them.
  const needs = names.map((name, place) => {
    const imported = new Set();
    for (const path of byPack.get(name) ?? []) closureOf(needsOf, path, imported);
    const others = new Set([...imported].map((path) => placeOf.get(path)));
    return [...others].filter((other) => other !== undefined && other !== place);
  });
  writeFileSync(join(folder, loaderName), loaderText(files, places, needs, { dashboard: names.indexOf(firstFrame) }));
  copyFileSync(new URL('prune-packs.cjs', import.meta.url), join(folder, 'prune-packs.cjs'));
};

/** Puts the modules of `directory` (esbuild's `metafile`) into packs. Entries keep their names and stay modules. */
export const packChunks = async (root, directory, metafile) => {
  const { outputs } = metafile;
  const scripts = Object.keys(outputs).filter((path) => path.endsWith('.js'));
  const isChunk = (path) => path.startsWith(`${directory}/chunks/`);
  // An entry that imports nothing statically can stay as it is; the code of the others is loaded like a chunk.
  const isPlain = (path) => !isChunk(path) && staticImports(outputs, path).length === 0;
  const ids = new Set(scripts.filter((path) => !isPlain(path)).map(idOf));
  const idle = new Set(scripts.filter((path) => isChunk(path) && isIdle(root, metafile, path)).map(idOf));
  // What is imported without a name is left out where it does nothing by itself.
  const importsOf = (path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return staticImports(outputs, path).filter(
      (to) => !idle.has(idOf(to)) || new RegExp(`\\bfrom"[^"]*/${idOf(to)}"`).test(text),
    );
  };
  const packs = packOf(outputs, importsOf);
  const byPack = new Map();
  for (const path of scripts.filter((one) => !isPlain(one))) {
    const name = packs.get(path) ?? idOf(path).replace(/\.js$/, '');
    byPack.set(name, [...(byPack.get(name) ?? []), path]);
  }

  const held = new Map(
    Object.entries(heldBy).map(([by, sources]) => [chunkOf(outputs, by), sources.map((one) => chunkOf(outputs, one))]),
  );
  const needsOf = (path) => [...importsOf(path), ...(held.get(path) ?? [])];
  await writePacks(join(root, directory, 'chunks'), byPack, needsOf, (path) =>
    asFunction(path, root, { ids, idle, isShort: packs.get(path) === firstFrame, hasClock: isAtHand(packs.get(path)) }),
  );

  for (const path of scripts) {
    const file = join(root, path);
    if (isChunk(path)) {
      rmSync(file);
      rmSync(`${file}.map`);
    } else if (isPlain(path)) {
      writeFileSync(file, await plainEntry(readFileSync(file, 'utf8').replace(mapComment, ''), path));
      rmSync(`${file}.map`);
    } else {
      writeFileSync(
        file,
        `${loader}.load(${JSON.stringify(idOf(path))}, ${JSON.stringify(idOf(path).replace('.js', ''))});\n`,
      );
      rmSync(`${file}.map`);
    }
  }
  // The package's modules are ES modules, its built files are not: Node then starts its loader of those only where something imports one.
  writeFileSync(join(root, directory, 'package.json'), '{"type":"commonjs"}\n');
};

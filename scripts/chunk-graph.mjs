/** Of esbuild's `metafile.outputs`: the files that one of them cannot do without. */
export const staticImports = (outputs, path) =>
  outputs[path].imports.filter(({ kind, external }) => kind === 'import-statement' && !external).map((one) => one.path);

/** `path` and all that it comes to, added to `found`. */
export const closureOf = (importsOf, path, found = new Set()) => {
  if (found.has(path)) return found;
  found.add(path);
  for (const next of importsOf(path)) closureOf(importsOf, next, found);
  return found;
};

/** The file that begins with this source. */
export const chunkOf = (outputs, source) => {
  const found = Object.keys(outputs).find((path) => outputs[path].entryPoint === source);
  if (found === undefined)
    throw new Error(`${source} is no chunk of its own any more: look at scripts/pack-chunks.mjs`);
  return found;
};

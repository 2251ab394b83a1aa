import process from 'node:process';

/**
 * An `import` of one of these evaluates every getter that it exports, once, and some load what a process never uses: `node:http` brings fetch's
 * whole client and HTTP/2 for the sake of its `WebSocket`, 3.5 MB in each worker. Taken as the object that `require` gives, nothing is evaluated.
 *
 * @type {import('esbuild').Plugin}
 */
export const builtinsAsTheyAre = {
  name: 'builtins-as-they-are',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(node:)?(http|https|crypto|util)$/ }, ({ path, kind }) =>
      kind === 'require-call' ? null : { path: path.replace(/^(node:)?/, 'node:'), namespace: 'builtins-as-they-are' },
    );
    onLoad({ filter: /.*/, namespace: 'builtins-as-they-are' }, ({ path }) => {
      const plain = Object.entries(Object.getOwnPropertyDescriptors(process.getBuiltinModule(path)));
      const names = plain.filter(([name, { get }]) => get === undefined && name !== 'default').map(([name]) => name);
      return {
        contents: `const builtin = process.getBuiltinModule(${JSON.stringify(path)});\nexport default builtin;\nexport const { ${names.join(', ')} } = builtin;`,
      };
    });
  },
};

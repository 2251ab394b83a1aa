// Preloaded before dependency-cruiser (`npm run lint`). It reads TypeScript with the compiler's own API, which TypeScript 7 has no
// longer; left without, it guesses at the imports with a forgiving JavaScript parser, and swc's visitor stops at `using`. So whenever it
// asks for `typescript`, it is handed version 6 as ts-morph carries it: a library alone, with no second `tsc` in node_modules/.bin.
import { createRequire, registerHooks } from 'node:module';

const { ts } = createRequire(import.meta.url)('@ts-morph/common');

const api = 'walls:typescript';
const manifest = 'walls:typescript/package.json';

registerHooks({
  resolve(specifier, context, next) {
    const asksForIt = context.parentURL?.includes('/node_modules/dependency-cruiser/') === true;
    if (asksForIt && specifier === 'typescript') {
      return { url: api, format: 'module', shortCircuit: true };
    }
    if (asksForIt && specifier === 'typescript/package.json') {
      return { url: manifest, format: 'json', shortCircuit: true };
    }

    return next(specifier, context);
  },

  load(url, context, next) {
    if (url === manifest) {
      return { format: 'json', source: JSON.stringify({ version: ts.version }), shortCircuit: true };
    }
    if (url === api) {
      const source = `import common from ${JSON.stringify(import.meta.resolve('@ts-morph/common'))};\nexport default common.ts;\n`;
      return { format: 'module', source, shortCircuit: true };
    }

    return next(url, context);
  },
});

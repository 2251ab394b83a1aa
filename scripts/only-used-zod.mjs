import { readFileSync } from 'node:fs';
import { exchanged } from './exchange.mjs';

/**
 * `import { z } from 'zod'` takes the whole library as one object, its messages in fifty languages with it: 691 kB that every command, master and
 * worker reads, compiles and holds. As a namespace the bundle keeps only what is used of it.
 *
 * @type {import('esbuild').Plugin}
 */
export const onlyUsedZod = {
  name: 'only-used-zod',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/(src|components|workers)\/.*\.tsx?$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes("from 'zod'")) return null;

      return {
        contents: text.replace("import { z } from 'zod';", "import * as z from 'zod';"),
        loader: path.endsWith('x') ? 'tsx' : 'ts',
      };
    });

    // It asks whether it runs at Cloudflare, and Node makes its `navigator` for that, 5 to 10 ms of a start.
    onLoad({ filter: /node_modules\/zod\/v4\/core\/util\.js$/ }, ({ path }) => ({
      contents: exchanged(path, [['typeof navigator !== "undefined" && navigator', 'false && navigator']]),
    }));
  },
};

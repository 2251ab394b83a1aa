import { defineConfig } from 'vitest/config';

// `npm run test:chaos`: every fault, one file at a time. The fast ones are in `npm test`, too (test/e2e/chaos-fast.test.ts).
const config = defineConfig({
  test: {
    name: 'chaos',
    include: ['test/chaos/*.chaos.ts'],
    testTimeout: 300_000,
    hookTimeout: 180_000,
    fileParallelism: false,
    env: { ZAP_TEST_PROBE_URL: 'http://127.0.0.1:9/' },
  },
});

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default config;

import { defineConfig } from 'vitest/config';

// `npm run test:swarm`: three real engines as root. Not part of `npm test`.
const config = defineConfig({
  test: {
    name: 'swarm',
    include: ['test/swarm/*.swarm.ts'],
    // A run takes half an hour: each case is told when it is over.
    reporters: ['verbose'],
    testTimeout: 900_000,
    hookTimeout: 1_200_000,
    fileParallelism: false,
    // One case leaves the group as the next one finds it.
    bail: 1,
  },
});

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default config;

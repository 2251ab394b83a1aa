import { defineConfig } from 'vitest/config';

// `npm run test:docker`: the image on a real engine. Not part of `npm test`, which needs no Docker.
const config = defineConfig({
  test: {
    name: 'docker',
    include: ['test/docker/*.docker.ts'],
    testTimeout: 120_000,
    hookTimeout: 900_000,
    fileParallelism: false,
    globalSetup: ['test/docker/build-image.ts'],
  },
});

// biome-ignore lint/style/noDefaultExport: vitest reads its configuration from the default export
export default config;

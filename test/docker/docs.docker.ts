import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { afterAll, expect, test } from 'vitest';
import { shellBlocks } from '../docs/shell-blocks.ts';
import { until } from '../support/until.ts';
import { docker, image } from './docker.ts';

/** The `sh docker` blocks of the documentation, line by line, under names of our own: somebody's real fleet may run here. */

const root = resolve(import.meta.dirname, '../..');
const container = `zft-docs-${process.pid}`;
const volumes = ['tokens', 'logs', 'pm2', 'data'].map((place) => `${container}-${place}`);

const renamed = (line: string): string[] =>
  line
    .replaceAll(/zap-fleet-(tokens|logs|pm2|data)\b/g, `${container}-$1`)
    .replace(/--name zap-fleet\b/, `--name ${container}`)
    .replace(/-p 127\.0\.0\.1:3000:3000/, '-p 127.0.0.1::3000')
    .replace(/^docker (exec|logs|stop|start|restart) ((?:-\w+ )*)zap-fleet\b/, `docker $1 $2${container}`)
    .replace(/^(docker run .*) zap-fleet$/, `$1 ${image}`)
    .split(' ')
    .slice(1);

afterAll(async () => {
  await docker('rm', '--force', container);
  await docker('volume', 'rm', ...volumes);
});

test('docs/operations.md', async () => {
  const blocks = shellBlocks(readFileSync(join(root, 'docs/operations.md'), 'utf8')).filter(
    ({ tag }) => tag === 'docker',
  );
  const lines = blocks.flatMap(({ script }) => script.split('\n').filter((line) => line.startsWith('docker ')));
  expect(lines.length).toBeGreaterThan(3);
  for (const line of lines) {
    // The image was built by build-image.ts, from this Dockerfile.
    if (/^docker build -t zap-fleet \.$/.test(line)) continue;
    const result = await docker(...renamed(line));
    expect({ line, code: result.code, errors: result.code === 0 ? '' : result.stderr }).toEqual({
      line,
      code: 0,
      errors: '',
    });
    if (line.startsWith('docker run ')) {
      await until(async () => (await docker('logs', container)).stdout.includes('master runs'), {
        within: 60_000,
        every: 500,
        what: 'a fleet that runs',
      });
    }
  }
});

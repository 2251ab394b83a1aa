import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { docker, image } from './docker.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the image that the tests run. The machine's npm registry goes in as a build argument, so that a mirror is no fact of ours. */
export const setup = async (): Promise<void> => {
  const engine = await docker('info', '--format', '{{.ServerVersion}}');
  if (engine.code !== 0) {
    throw new Error(
      `no Docker engine answers: start one (Debian: apt install docker.io, as root: dockerd)\n${engine.stderr}`,
    );
  }
  const registry = execFileSync('npm', ['config', 'get', 'registry'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const built = await docker(
    'build',
    '--quiet',
    '--build-arg',
    `NPM_CONFIG_REGISTRY=${registry.trim()}`,
    '--tag',
    image,
    root,
  );
  if (built.code !== 0) throw new Error(`the image was not built\n${built.stderr.slice(-4000)}`);
};

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setup as buildImage } from '../docker/build-image.ts';
import { image as built, docker, mustDocker } from '../docker/docker.ts';
import { loadImages, machines } from './engines.ts';

/** The image in three makes: what runs, the next version of it, and one that ends as soon as it starts. */
export const images = { now: 'zap-fleet-swarm:now', next: 'zap-fleet-swarm:next', bad: 'zap-fleet-swarm:bad' };

const derive = async (tag: string, lines: readonly string[]): Promise<void> => {
  const folder = mkdtempSync('/tmp/zft-swarm-image-');
  writeFileSync(join(folder, 'Dockerfile'), [`FROM ${built}`, ...lines].join('\n'));
  await mustDocker('build', '--quiet', '--tag', tag, folder);
  rmSync(folder, { recursive: true });
};

/** Builds with this machine's engine and loads the three into all engines. */
export const placeImages = async (): Promise<void> => {
  await buildImage();
  await mustDocker('tag', built, images.now);
  await derive(images.next, ['LABEL org.opencontainers.image.version="next"']);
  await derive(images.bad, ['CMD ["false"]']);

  const folder = mkdtempSync('/tmp/zft-swarm-images-');
  try {
    const file = join(folder, 'images.tar');
    await mustDocker('save', '--output', file, ...Object.values(images));
    for (const machine of machines) await loadImages(machine, file);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

export const removeImages = async (): Promise<void> => {
  await docker('rmi', '--force', ...Object.values(images));
};
/** Tags of this run that this machine's engine still has. */
export const imagesLeft = async (): Promise<string> =>
  (await docker('image', 'ls', '--quiet', '--filter', 'reference=zap-fleet-swarm')).stdout;

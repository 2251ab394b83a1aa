import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { built, setBuilt } from '../support/built-program.ts';

setBuilt();

/** What the loader knows: the packs' files, and by place, which others a process that has one opened may come to read. */
const loaderOf = (chunks: string) => {
  const text = readFileSync(join(chunks, 'loader.cjs'), 'utf8');
  const known = (name: string): unknown => JSON.parse(new RegExp(`^const ${name} = (.*);$`, 'm').exec(text)?.[1] ?? '');
  return { files: known('files') as readonly string[], needs: known('needs') as readonly (readonly number[])[] };
};
const withoutHash = (file: string): string => file.replace(/-[0-9a-f]{12}\.cjs$/, '');

test('a bot and whoever launches a master read and hold nothing that the master or a dashboard alone uses', () => {
  const { files, needs } = loaderOf(join(dirname(built('cli.js')), 'chunks'));
  const neededBy = (name: string): readonly string[] => {
    const place = files.findIndex((file) => withoutHash(file) === name);
    expect([name, place >= 0]).toEqual([name, true]);
    return (needs[place] ?? []).map((other) => withoutHash(files[other] ?? ''));
  };

  const ofOthers = ['master', 'app', 'screens', 'later-screens', 'portuguese', 'master-commands'];
  for (const name of ['worker', 'simulated-client', 'wppconnect-client', 'browser', 'launch', 'archive-child'])
    expect([name, neededBy(name).filter((needed) => ofOthers.includes(needed))]).toEqual([name, []]);
  // The master's own pack is one of them, so there are packs of these names.
  expect(neededBy('master')).toEqual(expect.arrayContaining(['app', 'master-commands', 'worker-master']));
});

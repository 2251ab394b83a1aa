import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { type FromReader, toReaderSchema } from '../src/protocol/knowledge.ts';
import { FleetError, messageOf } from '../src/session/fleet-error.ts';
import { plainText } from '../src/session/plain-text.ts';
import { readKnowledge } from './reading/read-file.ts';

/**
 * The process that reads a file from outside (src/master/knowledge/reader-process.ts): it is given one file, tells its passages, and ends. It has
 * no store, no secrets and no network to use; whatever a file does to it, it does to it alone.
 */

/** Passages in one message. */
const atOnce = 500;

const tell = (message: FromReader): Promise<void> =>
  new Promise((done, fail) => {
    if (!process.connected || process.send === undefined) {
      fail(new Error('nobody listens any more'));
      return;
    }
    process.send(message, (error: Error | null) => (error === null ? done() : fail(error)));
  });

const run = async (raw: unknown): Promise<void> => {
  const { path, name, kind } = toReaderSchema.parse(raw);
  const { passages, characters } = await readKnowledge(name, kind, new Uint8Array(await readFile(path)));
  for (let from = 0; from < passages.length; from += atOnce)
    await tell({
      kind: 'passages',
      passages: passages.slice(from, from + atOnce).map(({ place, text }) => ({ place, text })),
    });
  await tell({ kind: 'read', characters });
};

process.umask(0o077);
process.once('disconnect', () => process.exit(0));
process.once('message', (raw) => {
  run(raw)
    .catch((error: unknown) => {
      const code = error instanceof FleetError ? error.code : 'failed';
      return tell({ kind: 'failed', code, message: plainText(messageOf(error)) });
    })
    .then(
      () => process.disconnect?.(),
      () => process.exit(1),
    );
});

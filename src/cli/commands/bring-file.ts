import { open } from 'node:fs/promises';
import { FleetError } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import type { CommandContext } from './command.ts';

/** A file on its way to the fleet: in parts, because no line of the door is as long as a file. */

/** A part of a file as the door takes it: base64 makes four letters of three bytes. */
const partBytes = 384 * 1024;

export const sizeWords = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;

export interface GivenFile {
  readonly path: string;
  readonly name: string;
}

type Bring = (upload: string | undefined, part: string) => Promise<{ readonly upload: string; readonly bytes: number }>;

/** The name of the whole upload. Throws `usage` for a file that is empty. */
export const bringFile = async (context: CommandContext, file: GivenFile, bring: Bring): Promise<string> => {
  const handle = await open(file.path, 'r');
  try {
    const buffer = Buffer.alloc(partBytes);
    let upload: string | undefined;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, partBytes);
      if (bytesRead === 0) break;
      const brought = await bring(upload, buffer.subarray(0, bytesRead).toString('base64'));
      upload = brought.upload;
      context.progress(`${plainText(file.name)}: ${sizeWords(brought.bytes)}`);
    }
    if (upload === undefined) throw new FleetError('usage', `${plainText(file.path)} is empty.`);
    return upload;
  } finally {
    context.progress(null);
    await handle.close();
  }
};

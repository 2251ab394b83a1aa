import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { FleetError } from '../../src/session/fleet-error.ts';

/** A person's own editor on a text, while the dashboard has let go of the terminal. */

type Env = Readonly<Record<string, string | undefined>>;

const onPath = (name: string, env: Env): boolean =>
  (env['PATH'] ?? '').split(delimiter).some((folder) => {
    if (folder === '') return false;
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error) return false;
      throw error;
    }
  });

/** The command of the editor: `VISUAL`, `EDITOR`, else nano or vi where there is one; null: none, use the built-in one. */
export const editorCommand = (env: Env): string | null => {
  const chosen = (env['VISUAL'] ?? '').trim() || (env['EDITOR'] ?? '').trim();
  if (chosen !== '') return chosen;
  return ['nano', 'vim', 'vi'].find((name) => onPath(name, env)) ?? null;
};

/** Runs the editor on `text` in a private file; resolves with the new text, or null when it is unchanged. */
export const editWith = async (command: string, text: string, suffix: string, env: Env): Promise<string | null> => {
  const folder = await mkdtemp(join(tmpdir(), 'zap-fleet-edit-'));
  try {
    const file = join(folder, `text${suffix}`);
    await writeFile(file, text, { mode: 0o600 });
    await new Promise<void>((resolve, reject) => {
      // The command may carry arguments (`code --wait`): the shell splits it; the file is handed over as $0, never pasted in.
      const child = spawn('/bin/sh', ['-c', `${command} "$0"`, file], { stdio: 'inherit', env });
      child.once('error', (error) =>
        reject(
          new FleetError('failed', `the editor "${command}" does not start; set EDITOR to another one`, {
            cause: error,
          }),
        ),
      );
      child.once('exit', (code) =>
        code === 0
          ? resolve()
          : reject(new FleetError('failed', `the editor ended with code ${code ?? 'none'}: nothing was changed`)),
      );
    });
    const edited = (await readFile(file, 'utf8')).replace(/\n$/, '');
    return edited === text.replace(/\n$/, '') ? null : edited;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

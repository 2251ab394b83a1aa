import process from 'node:process';
import type { FromLoop } from '../src/protocol/probe.ts';
import { FleetError, messageOf } from '../src/session/fleet-error.ts';
import { plainText } from '../src/session/plain-text.ts';
import { parseSessionName } from '../src/session/session-name.ts';
import { loadSettings } from '../src/settings/load-settings.ts';
import { runProbeLoop } from './session/probe-loop.ts';

/** The process behind `probe NAME --loop` (src/master/probes/loop-process.ts). It ends when the master lets go of it. */

const tell = (message: FromLoop): void => {
  if (process.connected) process.send?.(message);
};

const run = async (): Promise<void> => {
  const home = process.env['FLEET_HOME'] ?? '/';
  const { settings, secrets, paths } = loadSettings({ env: process.env, cwd: home, home });
  const name = parseSessionName(process.argv[2] ?? '');
  const ending = new AbortController();
  process.once('disconnect', () => ending.abort());
  process.once('SIGTERM', () => ending.abort());

  const loop = await runProbeLoop({
    paths,
    settings,
    secrets,
    name,
    text: process.argv[3] ?? '',
    signal: ending.signal,
  });
  tell({ kind: 'ended', loop });
};

process.umask(0o077);
run()
  .catch((error: unknown) => {
    const code = error instanceof FleetError ? error.code : 'failed';
    tell({ kind: 'failed', code, message: plainText(messageOf(error)) });
  })
  .finally(() => process.disconnect?.());

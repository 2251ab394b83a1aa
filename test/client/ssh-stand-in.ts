import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { built } from '../support/built-program.ts';

/** What OpenSSH 9 and 10 say and end with (read from their sources and seen on this machine), by host. */
const refusals: Readonly<Record<string, readonly [code: number, stderr: string]>> = {
  password: [255, 'bot@password: Permission denied (publickey,password).'],
  unknown: [
    255,
    'No ED25519 host key is known for unknown and you have requested strict checking.\nHost key verification failed.',
  ],
  changed: [
    255,
    '@@@@@@@@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n@@@@@@@@@@@\nHost key verification failed.',
  ],
  nowhere: [255, 'ssh: Could not resolve hostname nowhere: Name or service not known'],
  closed: [255, 'ssh: connect to host closed port 22: Connection refused'],
  silent: [255, 'ssh: connect to host silent port 22: Connection timed out'],
  bare: [127, 'bash: line 1: zap-fleet: command not found'],
  older: [2, 'zap-fleet: there is no command "door". See: zap-fleet --help'],
  odd: [255, 'kex_exchange_identification: Connection closed by remote host'],
};

export interface SshStandIn {
  /** The arguments of each call, one call a line. */
  calls(): readonly string[];
  /** What its environment was, of the last call. */
  environment(): string;
  end(): void;
}

/** An `ssh` on PATH that ends as the real one does, or runs the command here for the host `here`; its `zap-fleet` is the built one. */
export const sshStandIn = (): SshStandIn => {
  const directory = mkdtempSync(join(tmpdir(), 'zf-ssh-'));
  const there = join(directory, 'there');
  mkdirSync(there);
  const calls = join(directory, 'calls');
  const environment = join(directory, 'environment');
  const cli = built('cli.js');
  const write = (file: string, text: string): void => {
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
  };

  write(join(there, 'zap-fleet'), `exec '${process.execPath}' '${cli}' "$@"`);
  const cases = Object.entries(refusals).map(
    ([host, [code, stderr]]) => `${host}) printf '%s\\n' '${stderr}' >&2; exit ${code};;`,
  );
  write(
    join(directory, 'ssh'),
    [
      `printf '%s\\n' "$*" >> '${calls}'`,
      `env > '${environment}'`,
      'for command; do :; done',
      'while [ "$1" != -- ]; do shift; done',
      'host=$(printf %s "$2" | sed s/.*@//)',
      `case $host in`,
      ...cases,
      // A profile that greets whoever comes.
      `here) echo 'Welcome to Ubuntu'; PATH='${there}':$PATH; export PATH; exec /bin/sh -c "$command";;`,
      'esac',
    ].join('\n'),
  );

  const before = process.env['PATH'] ?? '';
  process.env['PATH'] = `${directory}${delimiter}${before}`;
  return {
    calls: () => readFileSync(calls, 'utf8').trimEnd().split('\n'),
    environment: () => readFileSync(environment, 'utf8'),
    end: () => {
      process.env['PATH'] = before;
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

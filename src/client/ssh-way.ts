import { plainText } from '../session/plain-text.ts';
import type { DoorWay, WayEnd } from './door-way.ts';
import type { SshAddress } from './node-address.ts';
import { pipeWay } from './pipe-way.ts';

/**
 * Through the ssh of this machine, which never asks anything: keys, jump hosts and names come from its own configuration. A connection whose
 * other end is gone is noticed within 30 s.
 */
const sshOptions = [
  '-T',
  '-o',
  'BatchMode=yes',
  '-o',
  'ConnectTimeout=10',
  '-o',
  'ServerAliveInterval=10',
  '-o',
  'ServerAliveCountMax=3',
  '-o',
  'ForwardAgent=no',
  '-o',
  'ClearAllForwardings=yes',
];

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** What is run there, by the shell of that user. */
export const remoteCommand = ({ home, command }: Pick<SshAddress, 'home' | 'command'>): string =>
  // In English: what it says is read here, and said in the language of whoever sits here.
  [command ?? 'zap-fleet', '--lang', 'en', ...(home === null ? [] : ['--home', quoted(home)]), 'door', '--stdio'].join(
    ' ',
  );

const targetOf = ({ user, host }: SshAddress): string => (user === null ? host : `${user}@${host}`);

/** As one types it to try by hand. */
const typed = (address: SshAddress): string =>
  `ssh ${address.port === null ? '' : `-p ${address.port} `}${targetOf(address)}`;

/** The last line that says something. */
const lastLine = (stderr: string): string =>
  plainText(
    stderr
      .split('\n')
      .map((line) => line.trim())
      .findLast((line) => line !== '') ?? '',
  ).slice(0, 300);

/** What ssh itself says (OpenSSH 7 to 10), and what helps. */
const ofSsh: readonly (readonly [RegExp, (address: SshAddress) => string])[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    (address) =>
      `the host key of ${address.host} is not the one that was known. If the server was set up anew: ssh-keygen -R ${address.host}, then ${typed(address)} once`,
  ],
  [
    /Host key verification failed|No .*host key is known/i,
    (address) => `the host key of ${address.host} is not known yet. Run once and confirm it: ${typed(address)}`,
  ],
  [
    /Permission denied|Too many authentication failures|no mutual signature/i,
    (address) =>
      `${targetOf(address)} asks for a password or another key. Put your key there: ssh-copy-id ${address.port === null ? '' : `-p ${address.port} `}${targetOf(address)} (or load it: ssh-add)`,
  ],
  [
    /Could not resolve hostname/i,
    ({ host }) => `there is no host ${host} that ssh knows. Mend the address, or name it in ~/.ssh/config`,
  ],
  [
    /Connection refused/i,
    ({ host, port }) => `no ssh server answers on ${host}${port === null ? '' : ` port ${port}`}`,
  ],
  [/timed out|No route to host|Network is unreachable/i, ({ host }) => `${host} cannot be reached from here`],
];

/** A refusal that only a person can lift is tried again later, not soon. */
const needsPerson = /REMOTE HOST|Host key|host key|Permission denied|authentication failures|resolve hostname/;

const programMissing = (code: number | null, stderr: string): boolean =>
  code === 127 || (code !== null && code !== 0 && /zap-fleet.*(not found|No such file)/i.test(stderr));

const explainWith =
  (address: SshAddress) =>
  ({ code, stderr, missing, answered }: Parameters<Parameters<typeof pipeWay>[0]['explain']>[0]): WayEnd => {
    if (missing) return { reason: 'there is no ssh on this machine. Install it (openssh-client)', refused: true };

    if (code === 255) {
      const known = ofSsh.find(([pattern]) => pattern.test(stderr));
      if (known !== undefined) return { reason: known[1](address), refused: needsPerson.test(stderr) };
      return { reason: lastLine(stderr) || `ssh to ${address.host} ended` };
    }
    if (programMissing(code, stderr))
      return {
        reason: `there is no zap-fleet on ${address.host} that ssh finds. Install it there, or say how it is run: zap-fleet node add NAME URL --command 'docker exec -i CONTAINER zap-fleet'`,
        refused: true,
      };
    if (/no command "?door"?/i.test(stderr))
      return { reason: `zap-fleet on ${address.host} is older than doors. Upgrade it there`, refused: true };
    const words = lastLine(stderr).replace(/^zap-fleet: /, '');
    return {
      reason: words === '' ? `the connection to ${address.host} ended` : `${address.host} says: ${words}`,
      refused: !answered && code !== null && code !== 0,
    };
  };

export const sshWay = (address: SshAddress): DoorWay =>
  pipeWay({
    command: 'ssh',
    args: [
      ...sshOptions,
      ...(address.port === null ? [] : ['-p', String(address.port)]),
      '--',
      targetOf(address),
      remoteCommand(address),
    ],
    explain: explainWith(address),
  });

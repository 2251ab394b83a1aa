import { readdir, readFile, readlink } from 'node:fs/promises';

/** One end of a local connection, by the ports of both. */
export interface Ends {
  readonly port: number;
  readonly farPort: number;
}

const established = '01';
const asInTable = (port: number): string => `:${port.toString(16).toUpperCase().padStart(4, '0')}`;

/**
 * The socket of this end in `/proc/net/tcp`. Both ports and the state are looked at: a connection from the same port to another one that has
 * ended stands there for a minute longer, without a socket.
 */
export const inodeOf = (table: string, { port, farPort }: Ends): string | null => {
  for (const line of table.split('\n')) {
    const [, near, far, state, , , , , , inode] = line.trim().split(/\s+/);
    const isIt = near?.endsWith(asInTable(port)) && far?.endsWith(asInTable(farPort)) && state === established;
    if (isIt === true && inode !== undefined) return inode;
  }
  return null;
};

const processes = async (): Promise<number[]> =>
  (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);

const ownerOf = async (inode: string): Promise<number | null> => {
  for (const pid of await processes()) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const file of files) {
      if ((await readlink(`/proc/${pid}/fd/${file}`).catch(() => '')) === `socket:[${inode}]`) return pid;
    }
  }
  return null;
};

/** The process group of a pid (field 5 of /proc/PID/stat, counted after the name in brackets). */
const groupOf = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2] ?? 0);
};

/**
 * Kills the renderers of the browser that holds an end of a local TCP connection, found through /proc, as the kernel's
 * out-of-memory killer would. Linux only.
 */
export const killRendererOf = async (ends: Ends): Promise<void> => {
  const { port } = ends;
  const inode = inodeOf(await readFile('/proc/net/tcp', 'utf8'), ends);
  const owner = inode === null ? null : await ownerOf(inode);
  if (owner === null) throw new Error(`no process holds local port ${port}`);
  const group = await groupOf(owner);
  let killed = 0;
  for (const pid of await processes()) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes('--type=renderer') && (await groupOf(pid)) === group) {
      process.kill(pid, 'SIGKILL');
      killed += 1;
    }
  }
  if (killed === 0) throw new Error(`the browser of port ${port} has no renderer process`);
};

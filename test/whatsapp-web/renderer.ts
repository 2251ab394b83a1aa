import { readdir, readFile, readlink } from 'node:fs/promises';

const inodeOf = async (port: number): Promise<string | null> => {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const table = await readFile('/proc/net/tcp', 'utf8');
  const line = table.split('\n').find((each) => each.trim().split(/\s+/)[1]?.endsWith(wanted));
  return line?.trim().split(/\s+/)[9] ?? null;
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
 * Kills the renderers of the browser that holds the other end of a local TCP connection, found through /proc, as the kernel's
 * out-of-memory killer would. Linux only.
 */
export const killRendererOf = async (port: number): Promise<void> => {
  const inode = await inodeOf(port);
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

// ps -A -ww -o pid=,ppid=,state=,lstart=,args=: every process of the machine, from /proc.
import { readdirSync, readFileSync } from 'node:fs';

if (process.argv.slice(2).join(' ') !== '-A -ww -o pid=,ppid=,state=,lstart=,args=')
  throw new Error(`ps ${process.argv.slice(2).join(' ')}?`);

const bootedAt = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]) * 1000;
/** Hundredths of a second on every Linux that Node runs on (`getconf CLK_TCK`). */
const ticksPerSecond = 100;

/** `Mon Nov 23 04:36:00 2026`. */
const startText = (at: number): string => {
  const [weekday, month, day, year, time] = new Date(at).toString().split(' ');
  return `${weekday} ${month} ${day?.replace(/^0/, ' ')} ${time} ${year}`;
};

for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = stat.lastIndexOf(')');
    const fields = stat.slice(end + 2).split(' ');
    const name = stat.slice(stat.indexOf('(') + 1, end);
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .replaceAll('\0', ' ')
      .trimEnd()
      .replace(/[^ -~]/g, '?');
    const started = startText(bootedAt + (Number(fields[19]) / ticksPerSecond) * 1000);
    process.stdout.write(`${pid} ${fields[1]} ${fields[0]} ${started} ${args === '' ? `[${name}]` : args}\n`);
  } catch (error) {
    // It ended meanwhile.
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code !== 'ENOENT' && code !== 'ESRCH') throw error;
  }
}

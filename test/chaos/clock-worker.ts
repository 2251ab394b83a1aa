// The real worker under a clock that a test can set: `clock-offset` in its profile holds milliseconds.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const file = join(process.env['FLEET_HOME'] ?? '', 'tokens', process.env['ZAP_SESSION'] ?? '', 'clock-offset');
let offset = 0;
const read = (): void => {
  try {
    offset = Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    // No such file: the true time.
    offset = 0;
  }
};
read();
setInterval(read, 100).unref();
const trueNow = Date.now.bind(Date);
Date.now = () => trueNow() + offset;
await import('../../workers/session-worker.ts');

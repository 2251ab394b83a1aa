import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../support/until.ts';
import { controlsAt } from './whatsapp-web.ts';

it('runs by hand and is driven over HTTP', async () => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./main.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  await until(() => printed.endsWith('\n'), { what: 'its address' });
  const { controlUrl, browserArgs } = JSON.parse(printed) as { controlUrl: string; browserArgs: string[] };
  expect(browserArgs[0]).toMatch(/^--host-resolver-rules=MAP web\.whatsapp\.com:443 127\.0\.0\.1:\d+,MAP \* ~NOTFOUND/);
  const web = controlsAt(controlUrl);
  expect(await web.state({})).toEqual({ dials: 0, codes: [], pairingCodes: [], phones: [] });
  expect(await web.sent({})).toEqual([]);
  await expect(web.scan({ code: 'stale', phone: '5511987654321' })).rejects.toThrow(
    'no page shows this QR: it is out of date or was misread',
  );
  await expect(web.deliver({ phone: '5511987654321', from: '5521912345678', text: 'oi' })).rejects.toThrow(
    'no phone 5511987654321',
  );
  await expect((web as unknown as { nothing(): Promise<void> }).nothing()).rejects.toThrow('no control "nothing"');
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(code).toBe(0);
});

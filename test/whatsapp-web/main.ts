/** `node test/whatsapp-web/main.ts [--port N] [--control-port N]`: the stand-in by hand. Prints one JSON line, runs until a signal. */
import { parseArgs } from 'node:util';
import { startWhatsAppWeb } from './whatsapp-web.ts';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, 'control-port': { type: 'string', default: '0' } },
});
const web = await startWhatsAppWeb({ port: Number(values.port), controlPort: Number(values['control-port']) });
process.stdout.write(
  `${JSON.stringify({ port: web.port, controlUrl: web.controlUrl, browserArgs: web.browserArgs })}\n`,
);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void web.close().then(() => process.exit(0)));

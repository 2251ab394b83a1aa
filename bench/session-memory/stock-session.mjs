// One session of the unmodified library as its own example starts it, for bench/session-memory.ts.
import process from 'node:process';
import wppconnect from '@wppconnect-team/wppconnect';

const { SESSION, EXECUTABLE, ARGS } = process.env;
const client = await wppconnect.create({
  session: SESSION,
  headless: 'shell',
  useChrome: false,
  autoClose: 0,
  logQR: false,
  disableWelcome: true,
  updatesLog: false,
  whatsappVersion: '',
  browserArgs: ['--no-sandbox', ...JSON.parse(ARGS)],
  puppeteerOptions: { executablePath: EXECUTABLE },
  catchQR: (_png, _ascii, _attempt, code) => process.send({ qr: code }),
});
client.onMessage((message) => client.sendText(message.from, message.body));
process.send({ connected: true });
process.on('SIGTERM', () => {
  client.close().finally(() => process.exit(0));
});

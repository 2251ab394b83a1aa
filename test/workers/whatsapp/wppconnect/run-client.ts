/** A process of its own that runs one client: `node run-client.ts <profile> <browser args as JSON>`. Prints each state on a line. */
import { createWppconnectClient } from '../../../../workers/whatsapp/wppconnect/wppconnect-client.ts';
import { testBrowser } from '../../../whatsapp-web/test-browser.ts';

const [profileDir = '', browserArgs = '[]'] = process.argv.slice(2);
const nothing = (): void => undefined;
const client = createWppconnectClient({
  sessionName: 'test',
  profileDir,
  browser: testBrowser({ browserArgs: JSON.parse(browserArgs) as string[] }),
  whatsappVersion: '',
  log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
});
client.on((event) => {
  if (event.type === 'link') process.stdout.write(`${event.status.state}\n`);
});
await client.open();

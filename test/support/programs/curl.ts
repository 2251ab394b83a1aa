// curl [-s] [-H "Name: value"]... URL: prints the body; 0 whatever the status says, 7 when nobody answers, as curl does.
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: { silent: { type: 'boolean', short: 's' }, header: { type: 'string', short: 'H', multiple: true } },
  allowPositionals: true,
});
const [url] = positionals;
if (url === undefined || positionals.length !== 1) throw new Error('one URL, please');
const headers = (values.header ?? []).map((header): [string, string] => {
  const colon = header.indexOf(':');
  return [header.slice(0, colon), header.slice(colon + 1).trim()];
});
try {
  const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(30_000) });
  process.stdout.write(await response.text());
} catch (error) {
  process.stderr.write(`curl: ${String(error)}\n`);
  process.exitCode = 7;
}

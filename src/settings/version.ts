import { readFileSync } from 'node:fs';

declare const __ZAP_VERSION__: string | undefined;

/** The program's version, from package.json: put in by the build, read from the file when running from source. */
export const version: string =
  typeof __ZAP_VERSION__ === 'string'
    ? __ZAP_VERSION__
    : String(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version);

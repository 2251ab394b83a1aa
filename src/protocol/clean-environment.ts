/**
 * What of a caller's environment may reach PM2's daemon, the master and the workers. PM2 7.0.4 copies whatever it is given into its
 * record (`pm2 jlist`, `dump.pm2`) and its daemon's own environment, and Chromium inherits it: so a short list of names, never the whole.
 */
const names: ReadonlySet<string> = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'HOSTNAME',
  'NODE_ENV',
  'NODE_EXTRA_CA_CERTS',
  'NODE_USE_ENV_PROXY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'LD_LIBRARY_PATH',
  'FONTCONFIG_PATH',
  'FONTCONFIG_FILE',
  'XDG_RUNTIME_DIR',
  'PUPPETEER_CACHE_DIR',
  // Where Node keeps compiled code, so that the next start compiles none of it: src/cli/cli.ts names a directory that is the person's own.
  'NODE_COMPILE_CACHE',
  'NODE_DISABLE_COMPILE_CACHE',
]);

/** The listed names (and `LC_*`, and `ZAP_TEST_*` of our own tests) of `env`, only what is set. */
export const cleanEnvironment = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && (names.has(name) || name.startsWith('LC_') || name.startsWith('ZAP_TEST_'))
        ? [[name, value]]
        : [],
    ),
  );

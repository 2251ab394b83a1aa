export type BrowserKind = 'headless-shell' | 'chrome';

/**
 * Our own browser arguments: wppconnect's list is never used, and each flag below saves memory or a
 * network call. What Puppeteer passes by itself (no background networking, no sync, no crash reporter) is not repeated.
 */
export const browserArguments = (
  kind: BrowserKind,
  { sandbox, extra }: { readonly sandbox: boolean; readonly extra: readonly string[] },
): readonly string[] => [
  // A container gives /dev/shm 64 MB: Chromium must not use it.
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--disable-extensions',
  '--disable-domain-reliability',
  '--disable-component-update',
  '--no-pings',
  '--no-default-browser-check',
  // One site, one page: further renderers would only cost memory.
  '--renderer-process-limit=1',
  '--disk-cache-size=33554432',
  '--media-cache-size=8388608',
  ...(sandbox ? [] : ['--no-sandbox']),
  // Three processes instead of seven: 184 MB PSS instead of 220 for one idle session. Without a zygote there is no sandbox.
  ...(kind === 'headless-shell' && !sandbox
    ? [
        '--no-zygote',
        '--in-process-gpu',
        // A GPU thread that looks for SwiftShader and does not find it takes the whole browser with it (153 from npm: SIGTRAP).
        '--disable-software-rasterizer',
        '--enable-features=NetworkServiceInProcess2',
      ]
    : []),
  ...extra,
];

#!/usr/bin/env node
// The entry: says no to a Node that is too old before anything newer is loaded (node:sqlite does not exist there).
import { statSync } from 'node:fs';
import nodeModule from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';

/** Whose this directory is, or the one in which it would be made; undefined: nobody's that we may look at. */
const ownerOf = (directory: string): number | undefined => {
  try {
    return (statSync(directory, { throwIfNoEntry: false }) ?? statSync(dirname(directory))).uid;
  } catch {
    // A home that is not there or not ours to read: then there is no cache, and nothing else is lost.
    return undefined;
  }
};

const oldest = 22;
const major = Number(process.versions.node.split('.')[0]);
if (major < oldest) {
  process.stderr.write(
    `zap-fleet needs Node ${oldest} or newer, this is ${process.versions.node}. Install a newer Node, or run it with: npx -p node@24 -p zap-fleet zap-fleet\n`,
  );
  process.exitCode = 1;
} else {
  // Ink looks at NO_COLOR nowhere; chalk reads FORCE_COLOR once, when it is loaded.
  if (process.env['NO_COLOR'] !== undefined && process.env['NO_COLOR'] !== '') process.env['FORCE_COLOR'] = '0';
  // Compiled once, kept in the person's own cache: a quarter of the time to the first frame. Where it cannot be written nothing is lost.
  // Never in /tmp, Node's own choice: code that anybody could have put there would be run. The demo leaves nothing behind, not even this.
  const { HOME: home, XDG_CACHE_HOME: caches } = process.env;
  const directory = caches || (home && join(home, '.cache'));
  // Root with somebody's HOME (sudo) would run what that person could have written there.
  const isOurs = directory !== undefined && isAbsolute(directory) && ownerOf(directory) === process.getuid?.();
  if (isOurs && !process.argv.includes('--demo')) {
    const compiled = join(directory, 'zap-fleet');
    nodeModule.enableCompileCache?.(compiled);
    // What this process starts keeps and finds its code there, too: PM2, master and workers (src/protocol/clean-environment.ts).
    process.env['NODE_COMPILE_CACHE'] ??= compiled;
  }
  void import('./program.ts').then(({ main }) => main(process.argv));
}

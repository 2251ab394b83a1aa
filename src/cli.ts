#!/usr/bin/env node
// The entry: says no to a Node that is too old before anything newer is loaded (node:sqlite does not exist there).
import nodeModule from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const oldest = 22;
const major = Number(process.versions.node.split('.')[0]);
if (major < oldest) {
  process.stderr.write(
    `zap-fleet needs Node ${oldest} or newer, this is ${process.versions.node}. Install a newer Node, or run it with: npx -p node@24 -p zap-fleet zap-fleet\n`,
  );
  process.exitCode = 1;
} else {
  // Ink looks at NO_COLOR nowhere; chalk reads FORCE_COLOR once, when it is loaded (facts/ink.md).
  if (process.env['NO_COLOR'] !== undefined && process.env['NO_COLOR'] !== '') process.env['FORCE_COLOR'] = '0';
  // Compiled once, kept in the person's own cache: a quarter of the time to the first frame. Where it cannot be written nothing is lost.
  nodeModule.enableCompileCache?.(process.env['NODE_COMPILE_CACHE'] ?? join(homedir(), '.cache', 'zap-fleet'));
  const { main } = await import('./program.ts');
  await main(process.argv);
}

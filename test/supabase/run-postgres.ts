import { spawn } from 'node:child_process';
import { explainAtVolume } from './explain.ts';
import { type OwnPostgres, startOwnPostgres } from './own-postgres.ts';

/**
 * `npm run test:postgres`: the replica's tests over PostgreSQL from Debian's packages, and the plans of our queries on 1,000,000 messages.
 * A server of its own in a temporary folder, gone at the end.
 */
const runTests = (url: string): Promise<number> => {
  const tests = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'test/store/replica'], {
    stdio: 'inherit',
    env: { ...process.env, TEST_POSTGRES_URL: url },
  });
  return new Promise((resolve) => tests.once('exit', (value) => resolve(value ?? 1)));
};

const start = async (): Promise<OwnPostgres> => {
  try {
    // fsync off: the data lives as long as this run.
    return await startOwnPostgres(['fsync=off', 'max_wal_size=4GB']);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
};

const server = await start();
let status = 1;
try {
  const isGood = await explainAtVolume(server.url);
  const code = await runTests(server.url);
  status = isGood ? code : 1;
} finally {
  await server.stop();
}
process.exit(status);

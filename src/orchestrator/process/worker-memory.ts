/**
 * How Node runs a worker, so that ten of them take less: measured with `bench/session-memory.ts`, and without a loss of messages a minute in
 * `bench/pipeline.ts` (docs/decisions/footprint.md).
 */
export const workerNodeFlags: readonly string[] = [
  // A worker makes little garbage at a time: half-spaces of 16 MB are filled before anything is collected. 4.6 MB.
  '--max-semi-space-size=1',
  // 5.8 MB.
  '--optimize-for-size',
];

/** One heap for all threads of glibc: each arena of its own keeps what its thread gave back. 3 MB. */
export const workerAllocator: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' };

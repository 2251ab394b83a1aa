import { fileURLToPath } from 'node:url';

/**
 * Where the programs that tests start keep what Node compiled, also of TypeScript that it read: half of a start from source, a third of one
 * of the built program. Inside the working tree, and for all of them: a directory for each fleet would be empty at every start.
 */
export const compiledCode = fileURLToPath(new URL('../../node_modules/.cache/zap-fleet-compiled', import.meta.url));

/** The same as environment, for programs that get nothing of ours. */
export const withCompiledCode = { NODE_COMPILE_CACHE: compiledCode } as const;

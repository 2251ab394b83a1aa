import { fileURLToPath } from 'node:url';
import { built } from './built-program.ts';

// In the place of src/orchestrator/process/entry-scripts.ts for tests that start masters and workers (vitest.config.ts): what is started is
// the built program, which takes half of the CPU of its source and is what people run.

export const masterScript = (): string => built('master.js');
export const workerScript = (): string => built('session-worker.js');
export const checkpointScript = (): string => built('checkpoint-thread.js');
export const rehearseScript = (): string => built('rehearse-worker.js');
export const probeLoopScript = (): string => built('probe-loop-worker.js');
export const tryScript = (): string => built('try-worker.js');
export const knowledgeReaderScript = (): string => built('knowledge-reader.js');
export const embedScript = (): string => built('embed-worker.js');
// Not built but copied: the same where there is no build.
export const pm2PartsScript = (): string => fileURLToPath(new URL('../../scripts/pm2-parts.cjs', import.meta.url));

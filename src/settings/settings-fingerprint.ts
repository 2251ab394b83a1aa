import { createHash } from 'node:crypto';
import type { Secrets, Settings } from './settings.ts';

/** One text that differs when any setting differs; says nothing of a secret but whether it is the same. */
export const settingsFingerprint = (settings: Settings, secrets: Secrets): string =>
  createHash('sha256')
    .update(JSON.stringify([settings, Object.entries(secrets).sort()]))
    .digest('hex')
    .slice(0, 16);

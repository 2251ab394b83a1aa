import { relative, resolve } from 'node:path';
import { expect, vi } from 'vitest';
import { patienceFor } from './shared-process.ts';

// Before each file: how long its tests may take, by what they start.
const root = resolve(import.meta.dirname, '../..');
vi.setConfig(patienceFor(root, relative(root, expect.getState().testPath ?? '')));

import { resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { setBuiltForAll } from './built-program.ts';
import { allFiles, startsPrograms } from './shared-process.ts';

const root = resolve(import.meta.dirname, '../..');

/**
 * For whoever drives the built program: a build of this tree is there before the first file begins. Where only others were named on the command
 * line, nothing is built.
 */
export const setup = (project: TestProject): void => {
  // Of Vitest's own; its types leave it out.
  const { filenamePattern: named } = project.vitest as unknown as { readonly filenamePattern?: readonly string[] };
  const mayRun = allFiles(root).filter((file) => named === undefined || named.some((part) => file.includes(part)));
  // Named in a way that is not understood here: then it may be any.
  if (mayRun.length === 0 || mayRun.some((file) => startsPrograms(root, file))) setBuiltForAll();
};

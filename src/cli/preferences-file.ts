import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HomePaths } from '../home/home-paths.ts';

/** What the dashboard remembers (sort, columns, language): one small JSON file, the operator's comfort and nothing else. */
export interface PreferencesFile {
  load(): unknown;
  save(value: unknown): void;
}

export const preferencesFile = (paths: HomePaths): PreferencesFile => {
  const file = join(paths.data, 'preferences.json');
  return {
    load: () => {
      try {
        return JSON.parse(readFileSync(file, 'utf8'));
      } catch (error) {
        // Not there yet, or not readable as JSON: comfort is no reason to keep the dashboard shut.
        if (error instanceof SyntaxError || (error instanceof Error && 'code' in error)) return null;
        throw error;
      }
    },
    save: (value) => {
      const temporary = `${file}.${process.pid}`;
      writeFileSync(temporary, JSON.stringify(value), { mode: 0o600 });
      renameSync(temporary, file);
    },
  };
};

import { z } from 'zod';
import type { ColumnId } from '../../view-models/columns.ts';

/** What the dashboard remembers between two visits. The caller keeps it (a file under `FLEET_HOME`); unknown or broken is forgotten. */

const columnIds = [
  'name',
  'state',
  'for',
  'waiting',
  'detail',
  'last',
  'inOut',
  'cpu',
  'mem',
  'trend',
  'restarts',
  'cost',
  'ai',
  'port',
  'node',
] as const satisfies readonly ColumnId[];

const preferencesSchema = z.object({
  language: z.enum(['en', 'pt-BR']).nullable().catch(null).default(null),
  sort: z
    .enum(['default', 'name', 'waiting', 'cpu', 'mem', 'restarts', 'cost', 'last'])
    .catch('default')
    .default('default'),
  groupBy: z.enum(['state', 'client', 'node', 'none']).catch('state').default('state'),
  hiddenColumns: z.array(z.enum(columnIds)).catch([]).default([]),
  mouse: z.boolean().catch(false).default(false),
  /** `plain`: no colours even where the terminal has them. */
  theme: z.enum(['auto', '256', '16', 'plain']).catch('auto').default('auto'),
});
export type Preferences = z.infer<typeof preferencesSchema>;

export const parsePreferences = (stored: unknown): Preferences => {
  const parsed = preferencesSchema.safeParse(stored ?? {});
  return parsed.success ? parsed.data : preferencesSchema.parse({});
};

/** Given by the caller; `load` may give anything, `save` must not throw (a full disk is no reason to end the dashboard). */
export interface PreferencesStore {
  load(): unknown;
  save(preferences: Preferences): void;
}

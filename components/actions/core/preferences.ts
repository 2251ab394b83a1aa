import { z } from 'zod';
import { glyphSets } from '../../paint/glyphs.ts';
import { columnIds } from '../../view-models/fleet/columns.ts';
import { groupKeys, sortKeys } from '../../view-models/fleet/order.ts';

/** What the dashboard remembers between two visits. The caller keeps it (a file under `FLEET_HOME`); unknown or broken is forgotten. */

/** `auto`: as the terminal says; `dark`, `light`, `neutral`: its background, whatever it says; `plain`: no colours even where it has them. */
export const themeChoices = ['auto', 'dark', 'light', 'neutral', '256', '16', 'plain'] as const;

const preferencesSchema = z.object({
  language: z.enum(['en', 'pt-BR']).nullable().catch(null).default(null),
  sort: z.enum(sortKeys).catch('default').default('default'),
  groupBy: z.enum(groupKeys).catch('state').default('state'),
  hiddenColumns: z.array(z.enum(columnIds)).catch([]).default([]),
  mouse: z.boolean().catch(false).default(false),
  theme: z.enum(themeChoices).catch('auto').default('auto'),
  /** Null: what the terminal has by its own word. */
  glyphs: z.enum(glyphSets).nullable().catch(null).default(null),
  /** What each terminal answered the last time it was asked for its background. */
  backgrounds: z
    .record(z.string(), z.enum(['dark', 'light']))
    .catch({})
    .default({}),
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

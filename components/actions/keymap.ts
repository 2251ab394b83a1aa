import { helpSections } from '../keys/help-rows.ts';
import type { KeyInRead } from '../keys/key-layers.ts';
import { type Binding, bindingFor, type KeyScreen } from '../keys/keymap.ts';
import type { Action } from './core/action.ts';
import { type ActionId, type RegisteredAction, registry } from './registry.ts';

/** The table of keys, as the registry's actions give it. */

const bindingOf = (action: Action<ActionId>): readonly Binding<ActionId>[] => {
  if (action.key === undefined) return [];

  const { names, on, guard, moves, opensField, help, helpWith } = action.key;
  return [
    {
      action: action.id,
      keys: names,
      on,
      ...(guard === undefined ? {} : { guard }),
      ...(moves === undefined ? {} : { moves }),
      ...(opensField === undefined ? {} : { opensField }),
      ...(typeof help === 'object' ? { help } : {}),
      ...(helpWith === undefined ? {} : { helpWith }),
    },
  ];
};

const bound = registry.flatMap((action: Action<ActionId>) => bindingOf(action));

/** As the help screen lists them: section by section, and what shares a row behind the one that names it. */
export const bindings: readonly Binding<ActionId>[] = helpSections.flatMap((section) =>
  bound
    .filter(({ help }) => help?.section === section)
    .sort((a, b) => (a.help?.place ?? 0) - (b.help?.place ?? 0))
    .flatMap((first) => [first, ...bound.filter(({ helpWith }) => helpWith === first.action)]),
);

const byId: ReadonlyMap<string, RegisteredAction> = new Map(registry.map((action) => [action.id, action]));

/** What a key does on these screens; the first screen is the innermost one, and wins. */
export const actionFor = (name: string, screens: readonly KeyScreen[]): Action<ActionId> | null => {
  const binding = bindingFor(bindings, name, screens);
  return binding === null ? null : (byId.get(binding.action) ?? null);
};

/** What a key does that may come with others in one read: it moves the cursor, or opens a field for them. Null: it is pressed by itself. */
export const keyInRead = (name: string): KeyInRead => {
  const binding = bindingFor(bindings, name, ['fleet', 'session']);
  if (binding?.moves === true) return 'moves';
  return binding?.opensField === true ? 'opens' : null;
};

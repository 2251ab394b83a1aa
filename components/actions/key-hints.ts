import { covers, type TokenScope } from '../../src/session/access.ts';
import type { FooterName, FootItem } from '../keys/footers.ts';
import type { FooterChoice, KeyHints } from '../keys/key-hints.ts';
import type { Action } from './core/action.ts';
import { bindings } from './keymap.ts';
import { neededScopes } from './needed-scopes.ts';
import { type ActionId, registry } from './registry.ts';

const actions: readonly Action[] = registry;

const footer = (name: FooterName, { labels = {}, without = [] }: FooterChoice = {}): readonly FootItem[] =>
  actions
    .flatMap(({ id, key, footer: footers }) => {
      const place = footers?.[name];
      if (place === undefined || without.includes(id)) return [];
      return [{ ...place, action: id, key: place.keys ?? key?.names[0] ?? '', label: labels[id] ?? place.label }];
    })
    .sort((a, b) => a.place - b.place);

const help: KeyHints['help'] = (screens) =>
  bindings.flatMap(({ action, on, help: row }) => {
    if (row === undefined) return [];

    const here = screens === 'all' || on === 'all' || on.some((screen) => screens.includes(screen));
    const listed = screens === 'all' || row.onlyInAll !== true;
    return here && listed ? [{ ...row, action }] : [];
  });

const choices: KeyHints['choices'] = (names) =>
  names.flatMap((name) => {
    const spec = actions.flatMap(({ commands = [] }) => commands).find((command) => command.name === name);
    const [words] = spec?.arguments ?? [];
    return Array.isArray(words) ? [{ name, choices: words as readonly string[] }] : [];
  });

const mayBeDone = (id: string, scope: TokenScope): boolean =>
  !Object.hasOwn(neededScopes, id) || covers(scope, neededScopes[id as ActionId]);

/** Footers, help and commands, as the registry's actions give them; without what is beyond this scope. */
const hintsWithin = (scope: TokenScope): KeyHints => ({
  footer: (name, choice) => footer(name, choice).filter(({ action }) => mayBeDone(action, scope)),
  help: (screens) => help(screens).filter(({ action }) => mayBeDone(action, scope)),
  choices,
});

export const keyHints: KeyHints = { footer, help, choices };

/** One object a scope: views compare by identity. */
export const keyHintsWithin: Readonly<Record<TokenScope, KeyHints>> = {
  read: hintsWithin('read'),
  operate: hintsWithin('operate'),
  admin: keyHints,
};

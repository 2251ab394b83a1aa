import type { FooterName, FootItem } from '../keys/footers.ts';
import type { FooterChoice, KeyHints } from '../keys/key-hints.ts';
import type { Action } from './core/action.ts';
import { bindings } from './keymap.ts';
import { registry } from './registry.ts';

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

/** Footers, help and commands, as the registry's actions give them. */
export const keyHints: KeyHints = { footer, help, choices };

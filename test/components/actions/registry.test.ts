import { describe, expect, it } from 'vitest';
import type { Action } from '../../../components/actions/core/action.ts';
import { keyHints } from '../../../components/actions/key-hints.ts';
import { bindings } from '../../../components/actions/keymap.ts';
import { registry } from '../../../components/actions/registry.ts';

const actions: readonly Action[] = registry;

describe('the registry', () => {
  it('names every action once', () => {
    const ids = actions.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('binds and explains every key: none is lost because the row that it shares does not exist', () => {
    const withKeys = actions.filter(({ key }) => key !== undefined).map(({ id }) => id);
    expect(bindings.map(({ action }) => action).toSorted()).toEqual(withKeys.toSorted());
  });

  it('has no action without a key and without a command', () => {
    const idle = actions.filter(({ key, commands = [] }) => key === undefined && commands.length === 0);
    expect(idle.map(({ id }) => id)).toEqual([]);
  });

  it('offers in footers only what a key can do', () => {
    for (const { id, key, footer } of actions) if (footer !== undefined) expect(key, id).toBeDefined();
  });

  it('gives a place in a footer, and in a section of the help, only once', () => {
    const places = actions.flatMap(({ footer = {} }) =>
      Object.entries(footer).map(([name, { place }]) => `${name} ${place}`),
    );
    const rows = keyHints.help('all').map(({ section, place }) => `${section} ${place}`);
    for (const list of [places, rows]) expect(list.filter((each, at) => list.indexOf(each) !== at)).toEqual([]);
  });
});

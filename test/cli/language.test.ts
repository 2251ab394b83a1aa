import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { withLanguage } from '../../src/cli/language.ts';
import { launchRequest } from '../../src/master/spawn-launch.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';

const loadedWith = (env: Record<string, string>) => loadSettings({ env, cwd: tmpdir(), home: '/nowhere/fleet' });

it('hands --lang to a master that is started, as the language of a fleet that has none', () => {
  const loaded = withLanguage(loadedWith({ LANG: 'en_US.UTF-8' }), 'pt');
  expect(loaded.settings.FLEET_LANG).toBe('pt-BR');
  expect(launchRequest(loaded).config.raw['FLEET_LANG']).toBe('pt-BR');
});

it('leaves the language of a fleet that has one, and without --lang everything', () => {
  expect(launchRequest(withLanguage(loadedWith({ FLEET_LANG: 'pt-BR' }), 'en')).config.raw['FLEET_LANG']).toBe('pt-BR');
  expect(withLanguage(loadedWith({}), undefined).raw['FLEET_LANG']).toBeUndefined();
});

it('refuses a language that is not there', () => {
  expect(() => withLanguage(loadedWith({}), 'fr')).toThrow('--lang is en or pt-BR, not "fr"');
});

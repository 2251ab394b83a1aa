import { expect, it } from 'vitest';
import { mayFindOthers, parseDiscovery } from '../../src/settings/discovery.ts';
import { parseSettings } from '../../src/settings/settings.ts';

it.each([
  ['off', { group: false, dns: null }],
  ['group', { group: true, dns: null }],
  ['tasks.zap-fleet', { group: true, dns: { name: 'tasks.zap-fleet', port: null } }],
  [' tasks.zap-fleet:3100 ', { group: true, dns: { name: 'tasks.zap-fleet', port: 3100 } }],
])('%s is understood', (text, wanted) => {
  expect(parseDiscovery(text)).toEqual(wanted);
});

it.each([
  '',
  'a b',
  'http://tasks.zap',
  'tasks.zap:0',
  'tasks.zap:70000',
  'tasks.zap:3000:1',
  '-x',
  'a/b',
  '[::1]:3000',
])('%j is refused with what it may be', (text) => {
  expect(parseDiscovery(text)).toBeNull();
  if (text !== '') expect(() => parseSettings({ FLEET_DISCOVER: text })).toThrow(/FLEET_DISCOVER must be group, off/);
});

it('a fleet that shares nothing looks for nobody', () => {
  const of = (raw: Record<string, string>): boolean => mayFindOthers(parseSettings(raw));
  expect(of({})).toBe(false);
  expect(of({ SUPABASE_URL: 'https://abc.supabase.co' })).toBe(true);
  expect(of({ SUPABASE_URL: 'https://abc.supabase.co', FLEET_DISCOVER: 'off' })).toBe(false);
  expect(of({ FLEET_DISCOVER: 'tasks.zap-fleet' })).toBe(true);
});

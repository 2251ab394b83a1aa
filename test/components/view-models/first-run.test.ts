import { describe, expect, it } from 'vitest';
import { type Field, fieldOf } from '../../../components/paint/field.ts';
import { lineWidth } from '../../../components/paint/line.ts';
import { firstRunLines } from '../../../components/view-models/first-run.ts';
import { machineBox } from '../../../components/view-models/first-run-machine.ts';
import {
  confirmedSettings,
  type FirstRunPart,
  type FirstRunState,
  firstRunState,
  moveZone,
  partProblem,
  pickZone,
  searchZone,
  zoneChoices,
} from '../../../components/view-models/first-run-steps.ts';
import { exampleSnapshot } from '../support/fake-fleet.ts';
import { plain, viewAt } from '../support/view.ts';

const snapshot = { ...exampleSnapshot(), sessions: [] };
const view = viewAt(80, 24, { snapshot });
const inZone = (typed: string): FirstRunState =>
  searchZone({ ...firstRunState('America/Sao_Paulo'), focus: 'zone' }, fieldOf(typed));
const pointed = (state: FirstRunState): string | undefined => zoneChoices(state)[state.zoneAt];

describe('the time zone of the first run', () => {
  it('is the one of the fleet; where that counts in UTC, the usual one of shops', () => {
    expect(firstRunState('America/Manaus').zone).toBe('America/Manaus');
    expect(pointed(firstRunState('America/Manaus'))).toBe('America/Manaus');
    expect(firstRunState('UTC').zone).toBe('America/Sao_Paulo');
    expect(firstRunState('Etc/GMT').zone).toBe('America/Sao_Paulo');
  });

  it('is picked from a list by a city, and by moving', () => {
    const lisbon = inZone('lisb');
    expect(pointed(lisbon)).toBe('Europe/Lisbon');
    expect(pickZone(lisbon, 'en')).toMatchObject({ zone: 'Europe/Lisbon', zoneSearch: { text: '' } });

    const third = moveZone(moveZone(inZone('america'), 5), -3);
    expect(third.zoneAt).toBe(2);
    expect(pickZone(third, 'en').zone).toBe(zoneChoices(inZone('america'))[2]);
    expect(moveZone(inZone('lisb'), 99).zoneAt).toBe(zoneChoices(inZone('lisb')).length - 1);
    expect(moveZone(inZone('lisb'), -99).zoneAt).toBe(0);
  });

  it('may be a name that stands in no list, and nothing that is none', () => {
    expect(pickZone(inZone('Brazil/East'), 'en').zone).toBe('Brazil/East');
    expect(partProblem('zone', inZone('Brazil/East'), view)).toBeNull();
    expect(partProblem('zone', inZone('Mars/Base'), view)).toContain('is not a time zone');
  });

  it('is written for the whole fleet when it was confirmed', () => {
    const state = pickZone(inZone('manaus'), 'en');
    expect(confirmedSettings(state, new Set<FirstRunPart>(['zone']), 'en')).toEqual({ TZ: 'America/Manaus' });
    expect(confirmedSettings(state, new Set<FirstRunPart>(), 'en')).toEqual({});
  });

  it('shows what was typed, where it stands in the list, and which one is picked', () => {
    const text = plain(firstRunLines(view, inZone('america'), null)).join('\n');
    expect(text).toContain('English,  america_');
    expect(text).toMatch(/Time zone {2}a city finds it ─+ 1 of \d+ /);
    expect(text).toContain('▌ America/Sao Paulo  ✓');
    expect(plain(firstRunLines(view, inZone('zeppelin'), null)).join('\n')).toContain(
      'No time zone matches "zeppelin".',
    );
  });
});

describe('the first run in every window', () => {
  const parts: readonly FirstRunPart[] = ['language', 'zone', 'provider', 'key', 'name', 'phone'];
  const filled: Readonly<Record<string, Field>> = {
    key: fieldOf('sk-a-key-of-some-length'),
    name: fieldOf('Padaria do João e filhos'),
    phone: fieldOf('11 98765-4321'),
  };

  it('has the step that is asked for, its answer and its keys, none of them cut', () => {
    for (const [columns, rows] of [
      [40, 12],
      [40, 24],
      [60, 16],
      [80, 24],
      [120, 40],
    ] as const)
      for (const language of ['en', 'pt-BR'] as const)
        for (const focus of parts) {
          const here = viewAt(columns, rows, { snapshot, language });
          const lines = firstRunLines(here, { ...firstRunState('America/Sao_Paulo'), ...filled, focus }, null);
          const name = `${columns}x${rows} ${language} ${focus}`;
          expect(lines, name).toHaveLength(rows);
          for (const line of lines) expect(lineWidth(line), name).toBeLessThan(columns);
          const shown = plain(lines);
          expect(shown.filter((line) => line.startsWith('▌')).length, name).toBeGreaterThan(0);
          expect(shown.slice(-2).join('\n'), name).not.toContain('…');
          expect(shown.at(-2), name).toMatch(/enter|↑/);
          expect(shown.at(-1), name).toMatch(/esc .* :demo/);
        }
  });

  it('says the whole of what is wrong', () => {
    const problem = `OpenAI cannot be reached (${'getaddrinfo ENOTFOUND '.repeat(3)}): is this machine online? the last word`;
    const state: FirstRunState = { ...firstRunState('America/Sao_Paulo'), focus: 'key', problem };
    for (const [columns, rows] of [
      [40, 12],
      [80, 24],
    ] as const)
      expect(plain(firstRunLines(viewAt(columns, rows, { snapshot }), state, null)).join(' ')).toMatch(/last\s+word/);
  });

  it('shows every service, and as many zones as there are rows', () => {
    const low = viewAt(40, 12, { snapshot });
    const state = firstRunState('America/Sao_Paulo');
    const services = plain(firstRunLines(low, { ...state, focus: 'provider' }, null)).join('\n');
    for (const word of ['OpenAI', 'Gemini', 'echo', 'nobody yet']) expect(services).toContain(word);
    const zones = plain(firstRunLines(low, { ...state, focus: 'zone' }, null));
    expect(zones.filter((line) => /^│ .*America/.test(line)).length).toBeGreaterThanOrEqual(3);
  });
});

describe('the web page in the first steps', () => {
  const said = (fleet: object, banners: readonly { code: string }[] = []): string => {
    const { fleet: whole } = snapshot;
    const shown = { ...snapshot, fleet: { ...whole, publicUrl: null, ...fleet }, banners };
    return plain(machineBox(viewAt(100, 30, { snapshot: shown as typeof snapshot }), null)).join('\n');
  };

  it('is told with its address, or that there is none; of a master that has just begun nothing is told', () => {
    expect(said({ apiUrl: 'http://127.0.0.1:3000' })).toContain('http://127.0.0.1:3000, only this machine');
    expect(said({ publicUrl: 'https://bots.example.com' })).toContain('https://bots.example.com: links');
    for (const code of ['api-port', 'api']) expect(said({ apiUrl: null }, [{ code }])).toContain('its port is busy');
    expect(said({ apiUrl: null })).not.toContain('web');
    expect(said({ apiUrl: null }, [{ code: 'replica' }])).not.toContain('web');
  });
});

import { describe, expect, it } from 'vitest';
import { ZodError } from 'zod';
import { defaultConfig, presets, timingConfigSchema } from '../../src/session/session-config.ts';
import { choosePreset, presetTimings, writtenTiming } from '../../src/session/timing-presets.ts';

const resolveTiming = (written: Record<string, unknown>) => timingConfigSchema.parse(writtenTiming(written));

describe('presets', () => {
  it.each(presets)('%s is a valid configuration', (preset) => {
    const timing = timingConfigSchema.parse({ preset, ...presetTimings[preset] });
    expect(timing.maxWaitMs).toBeGreaterThan(timing.quietMs);
    expect(resolveTiming({ preset })).toEqual(timing);
  });

  it('go from quick to slow', () => {
    const quiet = (['fast', 'business', 'human', 'reflective'] as const).map(
      (preset) => resolveTiming({ preset }).quietMs,
    );
    expect(quiet).toEqual([...quiet].sort((a, b) => a - b));
  });

  it('yield to what a person wrote, and beat the defaults', () => {
    const timing = resolveTiming({ preset: 'fast', quietMs: 9000 });
    expect(timing.quietMs).toBe(9000);
    expect(timing.charactersPerSecond).toBe(40);
    expect(timing.timeZone).toBe('America/Sao_Paulo');
  });

  it('without a preset everything is as before', () => {
    expect(resolveTiming({})).toEqual(defaultConfig().timing);
    expect(resolveTiming({ preset: null, quietMs: 1 }).quietMs).toBe(1);
  });

  it('refuse what the schema refuses', () => {
    expect(() => resolveTiming({ preset: 'warp' })).toThrow(ZodError);
    expect(() => resolveTiming({ preset: 'fast', quietMs: -1 })).toThrow(ZodError);
  });
});

describe('choosing a preset', () => {
  const { timing } = defaultConfig();

  it.each(presets)('%s shows in every field that it has', (preset) => {
    expect(choosePreset({ ...timing, quietMs: 300 }, preset)).toEqual({
      ...timing,
      ...presetTimings[preset],
      preset,
    });
  });

  it('takes back what the preset before had brought, and nothing that a person set', () => {
    const business = { ...choosePreset(timing, 'business'), charactersPerSecond: 33, timeZone: 'Europe/Lisbon' };
    const human = choosePreset(business, 'human');
    expect(human.openingHours).toBeNull();
    expect(human.awayMessage).toBe('');
    expect(human.charactersPerSecond).toBe(10);
    expect(choosePreset(business, null)).toEqual({
      ...timing,
      preset: null,
      charactersPerSecond: 33,
      timeZone: 'Europe/Lisbon',
    });
  });

  it('keeps opening hours that were set by hand', () => {
    const openingHours = [{ days: [1, 2, 3, 4, 5, 6], from: '06:00', to: '13:00' }];
    expect(choosePreset({ ...timing, openingHours }, 'business').openingHours).toEqual(openingHours);
    expect(choosePreset({ ...timing, openingHours }, 'night').openingHours).toEqual(openingHours);
  });
});

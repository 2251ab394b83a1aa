import { describe, expect, it } from 'vitest';
import { ZodError } from 'zod';
import { defaultConfig, presets, timingConfigSchema } from '../../../src/session/session-config.ts';
import { presetTimings, resolveTiming } from '../../../workers/conversation/presets.ts';

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

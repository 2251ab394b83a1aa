import { defaultConfig, type presets, type TimingConfig, timingConfigSchema } from './session-config.ts';

export type PresetName = (typeof presets)[number];
type PresetTiming = Partial<Omit<TimingConfig, 'preset'>>;

const weekdays = [1, 2, 3, 4, 5];

/**
 * Five rhythms by name. The pauses of `human` follow what bots of this family do (15 s of quiet, 100 ms a
 * character); the others are that, quicker or slower. A preset fills only what the configuration leaves out.
 */
export const presetTimings: Readonly<Record<PresetName, PresetTiming>> = {
  /** Support desks where waiting annoys: short quiet time, no theatre. */
  fast: {
    quietMs: 4000,
    maxWaitMs: 20_000,
    readingDelayMs: 500,
    charactersPerSecond: 40,
    jitter: 0.15,
    maxTypingMs: 3000,
    pauseBetweenPartsMs: 400,
    partLength: 500,
  },
  /** An office: weekdays, a friendly note outside the hours. */
  business: {
    quietMs: 10_000,
    maxWaitMs: 45_000,
    readingDelayMs: 1500,
    charactersPerSecond: 18,
    jitter: 0.2,
    maxTypingMs: 8000,
    pauseBetweenPartsMs: 800,
    partLength: 400,
    openingHours: [{ days: weekdays, from: '08:00', to: '18:00' }],
    outsideHours: 'away',
    awayMessage: 'Olá! Nosso atendimento é de segunda a sexta, das 8h às 18h. Responderemos assim que abrirmos.',
  },
  /** Like a person on a phone. */
  human: {
    quietMs: 15_000,
    maxWaitMs: 60_000,
    readingDelayMs: 2500,
    charactersPerSecond: 10,
    jitter: 0.3,
    maxTypingMs: 12_000,
    pauseBetweenPartsMs: 1200,
    partLength: 220,
  },
  /** Takes its time, waits for the whole story, answers in longer parts. */
  reflective: {
    quietMs: 30_000,
    maxWaitMs: 180_000,
    readingDelayMs: 6000,
    charactersPerSecond: 7,
    jitter: 0.35,
    maxTypingMs: 25_000,
    pauseBetweenPartsMs: 2500,
    partLength: 450,
  },
  /** Only from evening to morning, when nobody is at the desk. */
  night: {
    quietMs: 20_000,
    maxWaitMs: 90_000,
    readingDelayMs: 4000,
    charactersPerSecond: 9,
    jitter: 0.3,
    maxTypingMs: 15_000,
    pauseBetweenPartsMs: 1500,
    partLength: 300,
    openingHours: [{ days: [0, 1, 2, 3, 4, 5, 6], from: '18:00', to: '08:00' }],
    outsideHours: 'hold',
  },
};

/** What a person wrote, over the preset that is named in it; an unknown preset is left for the schema to refuse. */
export const writtenTiming = (written: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const preset = timingConfigSchema.shape.preset.safeParse(written['preset']).data ?? null;
  return preset === null ? { ...written } : { ...presetTimings[preset], ...written };
};

/** When it is open is a fact about the customer's shop, not a rhythm: a preset never overwrites what a person has set there. */
const aboutHours: readonly (keyof PresetTiming)[] = ['openingHours', 'outsideHours', 'awayMessage'];
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * The configuration after a person chose a preset (null: none any more): its whole rhythm is taken, opening hours only where none
 * were set by hand. What the preset before had brought and nobody changed since goes back to the defaults.
 */
export const choosePreset = (timing: TimingConfig, preset: PresetName | null): TimingConfig => {
  const defaults = defaultConfig().timing;
  const before: PresetTiming = timing.preset === null ? {} : presetTimings[timing.preset];
  const next: PresetTiming = preset === null ? {} : presetTimings[preset];
  const changed: Record<string, unknown> = { ...timing, preset };
  for (const key of Object.keys(before) as (keyof PresetTiming)[])
    if (isSame(timing[key], before[key])) changed[key] = defaults[key];
  for (const key of Object.keys(next) as (keyof PresetTiming)[]) {
    if (aboutHours.includes(key) && !isSame(changed[key], defaults[key])) continue;
    changed[key] = next[key];
  }
  return timingConfigSchema.parse(changed);
};

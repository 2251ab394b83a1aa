/** Where a service is, for sentences that tell an operator what to mend. */
export interface ServicePlace {
  /** `OpenAI`, `Gemini`, or `the AI service at 127.0.0.1:11434`. */
  readonly name: string;
  /** Without a slash at the end. */
  readonly address: string;
  /** The setting that the address came from; null: it is the service's own. */
  readonly addressSetting: string | null;
  readonly keySetting: 'OPENAI_KEY' | 'GEMINI_KEY';
  readonly modelSetting: 'OPENAI_MODEL' | 'GEMINI_MODEL';
}

const own = {
  openai: {
    name: 'OpenAI',
    address: 'https://api.openai.com/v1',
    keySetting: 'OPENAI_KEY',
    modelSetting: 'OPENAI_MODEL',
  },
  gemini: {
    name: 'Gemini',
    address: 'https://generativelanguage.googleapis.com',
    keySetting: 'GEMINI_KEY',
    modelSetting: 'GEMINI_MODEL',
  },
} as const;

/** An address that is not given is the service's own. */
export const servicePlace = (
  service: keyof typeof own,
  given: { readonly address: string; readonly setting: string } | null,
): ServicePlace => {
  if (given === null) return { ...own[service], addressSetting: null };
  const host = URL.canParse(given.address) ? new URL(given.address).host : given.address;
  return {
    ...own[service],
    name: `the AI service at ${host}`,
    address: given.address.replace(/\/+$/, ''),
    addressSetting: given.setting,
  };
};

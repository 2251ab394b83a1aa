import type { AiConfig } from '../session/session-config.ts';
import type { Secrets, Settings } from './settings.ts';

/** Which AI service a session talks to, and with whose key. */
export interface AiService {
  /** Null: the provider's own. */
  readonly address: string | null;
  /** The setting that the address came from; null: there is none. */
  readonly addressSetting: 'ai_config.baseUrl' | 'OPENAI_BASE_URL' | 'GEMINI_BASE_URL' | null;
  readonly key: string | null;
  /** A service at an address of one's own may want none. */
  readonly needsKey: boolean;
}

const services = {
  openai: { address: 'OPENAI_BASE_URL', key: 'OPENAI_KEY', own: 'https://api.openai.com' },
  gemini: { address: 'GEMINI_BASE_URL', key: 'GEMINI_KEY', own: 'https://generativelanguage.googleapis.com' },
} as const;

const originOf = (address: string): string => new URL(address).origin;

/**
 * The session's own key, or else the fleet's. The fleet's key goes to the fleet's service only: a session that names another address has
 * a key of its own or none, so that nobody who may change a session's settings can have the fleet's key sent to himself. Null for a
 * provider that calls nobody.
 */
export const aiServiceOf = (
  ai: Pick<AiConfig, 'provider' | 'baseUrl'>,
  around: {
    readonly settings: Pick<Settings, 'OPENAI_BASE_URL' | 'GEMINI_BASE_URL'>;
    readonly secrets: Pick<Secrets, 'OPENAI_KEY' | 'GEMINI_KEY'>;
    readonly ownKey: string | undefined;
  },
): AiService | null => {
  // The key of a brain of one's own signs what it is asked: never the fleet's for a service.
  if (ai.provider === 'webhook')
    return { address: ai.baseUrl, addressSetting: 'ai_config.baseUrl', key: around.ownKey ?? null, needsKey: true };
  if (ai.provider !== 'openai' && ai.provider !== 'gemini') return null;
  const names = services[ai.provider];
  const fleetAddress = around.settings[names.address] ?? null;
  const address = ai.baseUrl ?? fleetAddress;
  const isFleets = address === null || originOf(address) === originOf(fleetAddress ?? names.own);
  return {
    address,
    addressSetting: ai.baseUrl !== null ? 'ai_config.baseUrl' : fleetAddress !== null ? names.address : null,
    key: around.ownKey ?? (isFleets ? around.secrets[names.key] : undefined) ?? null,
    needsKey: ai.provider === 'gemini' || address === null,
  };
};

import { describe, expect, it } from 'vitest';
import { aiServiceOf } from '../../src/settings/ai-service.ts';

const secrets = { OPENAI_KEY: 'sk-fleet', GEMINI_KEY: 'AIza-fleet' };
const lite = 'https://litellm.example.test/v1';

describe('the AI service of a session', () => {
  it.each([
    ['nothing set: the service itself with the fleet’s key', 'openai', null, {}, undefined, null, null, 'sk-fleet'],
    ['the own key wins', 'openai', null, {}, 'sk-own', null, null, 'sk-own'],
    ['the fleet’s gateway', 'openai', null, { OPENAI_BASE_URL: lite }, undefined, lite, 'OPENAI_BASE_URL', 'sk-fleet'],
    [
      'the session’s address wins',
      'openai',
      'http://127.0.0.1:11434/v1',
      { OPENAI_BASE_URL: lite },
      'sk-own',
      'http://127.0.0.1:11434/v1',
      'ai_config.baseUrl',
      'sk-own',
    ],
    [
      'the fleet’s key goes to no address of a session',
      'openai',
      'https://evil.example.test/v1',
      {},
      undefined,
      'https://evil.example.test/v1',
      'ai_config.baseUrl',
      null,
    ],
    [
      'nor where the fleet has a gateway',
      'openai',
      'https://api.openai.com/v1',
      { OPENAI_BASE_URL: lite },
      undefined,
      'https://api.openai.com/v1',
      'ai_config.baseUrl',
      null,
    ],
    [
      'not to another port either',
      'openai',
      'https://litellm.example.test:8443/v1',
      { OPENAI_BASE_URL: lite },
      undefined,
      'https://litellm.example.test:8443/v1',
      'ai_config.baseUrl',
      null,
    ],
    [
      'another path of the fleet’s gateway is the fleet’s gateway',
      'openai',
      'https://litellm.example.test/team/v1',
      { OPENAI_BASE_URL: lite },
      undefined,
      'https://litellm.example.test/team/v1',
      'ai_config.baseUrl',
      'sk-fleet',
    ],
    [
      'OpenAI itself, written out',
      'openai',
      'https://api.openai.com/v1',
      {},
      undefined,
      'https://api.openai.com/v1',
      'ai_config.baseUrl',
      'sk-fleet',
    ],
    ['Gemini has addresses of its own', 'gemini', null, { OPENAI_BASE_URL: lite }, undefined, null, null, 'AIza-fleet'],
    [
      'and no key of OpenAI',
      'gemini',
      'https://gateway.example.test',
      { GEMINI_BASE_URL: 'https://gateway.example.test' },
      undefined,
      'https://gateway.example.test',
      'ai_config.baseUrl',
      'AIza-fleet',
    ],
  ] as const)('%s', (_, provider, baseUrl, settings, ownKey, address, addressSetting, key) => {
    expect(aiServiceOf({ provider, baseUrl }, { settings, secrets, ownKey })).toMatchObject({
      address,
      addressSetting,
      key,
    });
  });

  it.each([
    ['openai', null, true],
    ['openai', 'http://127.0.0.1:11434/v1', false],
    ['gemini', null, true],
    ['gemini', 'https://gateway.example.test', true],
  ] as const)('%s at %s wants a key: %s', (provider, baseUrl, needsKey) => {
    expect(aiServiceOf({ provider, baseUrl }, { settings: {}, secrets: {}, ownKey: undefined })).toMatchObject({
      needsKey,
      key: null,
    });
  });

  it.each(['echo', 'none'] as const)('%s calls nobody', (provider) => {
    expect(aiServiceOf({ provider, baseUrl: null }, { settings: {}, secrets, ownKey: undefined })).toBeNull();
  });
});

import { messageOf } from '../../src/session/fleet-error.ts';
import type { AiConfig, AiProviderName } from '../../src/session/session-config.ts';
import type {
  AiProvider,
  AiRequest,
  AiResult,
  EmbedRequest,
  EmbedResult,
  MediaRequest,
  SpeechRequest,
  SpeechResult,
  SummaryRequest,
} from './ai-provider.ts';
import { createEchoProvider, createNoneProvider } from './echo-provider.ts';
import { type AiFailure, passing, refused } from './service-call.ts';
import { createServiceMemory, type ServiceMemory } from './service-memory.ts';
import { servicePlace } from './service-place.ts';
import type { BrainLater } from './webhook-provider.ts';

/** What stands behind `ai_config.provider`. */
export interface AiProviderOptions {
  readonly provider: AiProviderName;
  /** The session's own key, or the fleet's. Never taken from the environment. */
  readonly secrets: {
    readonly openaiKey?: string | undefined;
    readonly geminiKey?: string | undefined;
    /** Signs what a brain of one's own is asked. */
    readonly webhookSecret?: string | undefined;
  };
  /** Other addresses than the services' own: `http://127.0.0.1:8080/v1` (OpenAI), `http://127.0.0.1:8080` (Gemini). */
  readonly baseUrls?: {
    readonly openai?: string | undefined;
    readonly gemini?: string | undefined;
    readonly webhook?: string | undefined;
  };
  /** The setting that the address came from, for what is told to an operator; else the environment's. */
  readonly addressSetting?: string | undefined;
  /** How an OpenAI-compatible service is spoken to. */
  readonly api?: AiConfig['api'];
  /** Kept by the caller for as long as its session lives. */
  readonly memory?: ServiceMemory;
  /** Where a brain of one's own may answer later; left out: it answers at once or not at all. */
  readonly brain?: BrainLater | undefined;
  /** OpenAI's model for voice messages; chat models of OpenAI do not hear. */
  readonly transcriptionModel?: string | undefined;
}

const defaultTranscriptionModel = 'gpt-4o-mini-transcribe';

const keyless = (provider: 'openai' | 'gemini'): AiProvider => {
  const name = provider === 'openai' ? 'OPENAI_KEY' : 'GEMINI_KEY';
  const refuse = async (): Promise<AiFailure> =>
    refused('no-key', `no key for ${provider}: set ${name}, or the session's own key with zap-fleet config`);
  return { name: provider, answer: refuse, summarize: refuse, describe: refuse, embed: refuse };
};

const silent = passing('unsupported', 'this AI service does not speak');
const withoutVectors = refused('unsupported', 'this AI service makes no vectors of texts');

/** Loads the service's library at the first call only: a worker with `echo` never pays for it, and a worker starts at once. */
const lazily = (
  name: AiProviderName,
  load: () => Promise<AiProvider>,
  { speaks = false, embeds = false }: { readonly speaks?: boolean; readonly embeds?: boolean } = {},
): AiProvider => {
  let loading: Promise<AiProvider> | null = null;
  let loaded: AiProvider | null = null;
  const use = async <R extends AiResult>(
    signal: AbortSignal,
    call: (provider: AiProvider) => Promise<R>,
  ): Promise<R | AiFailure> => {
    let provider: AiProvider;
    try {
      loading ??= load();
      provider = await loading;
      loaded = provider;
    } catch (error) {
      // A failed import may pass (memory, files being replaced by an upgrade): the next call tries anew.
      loading = null;
      return passing('library', `the library for ${name} could not be loaded: ${messageOf(error)}`);
    }
    signal.throwIfAborted();
    return call(provider);
  };

  return {
    name,
    spoken: () => loaded?.spoken?.() ?? null,
    answer: (request: AiRequest, signal) => use(signal, (provider) => provider.answer(request, signal)),
    summarize: (request: SummaryRequest, signal) => use(signal, (provider) => provider.summarize(request, signal)),
    describe: (request: MediaRequest, signal) => use(signal, (provider) => provider.describe(request, signal)),
    ...(speaks
      ? {
          speak: (request: SpeechRequest, signal: AbortSignal) =>
            use<SpeechResult>(signal, async (provider) =>
              provider.speak === undefined ? silent : provider.speak(request, signal),
            ),
        }
      : {}),
    ...(embeds
      ? {
          embed: (request: EmbedRequest, signal: AbortSignal) =>
            use<EmbedResult>(signal, async (provider) =>
              provider.embed === undefined ? withoutVectors : provider.embed(request, signal),
            ),
        }
      : {}),
  };
};

/** The address that was given for a service, with the setting it came from. */
const given = (
  options: AiProviderOptions,
  service: 'openai' | 'gemini',
): { readonly address: string; readonly setting: string } | null => {
  const address = options.baseUrls?.[service]?.trim();
  if (!address) return null;
  return { address, setting: options.addressSetting ?? (service === 'openai' ? 'OPENAI_BASE_URL' : 'GEMINI_BASE_URL') };
};

/** The AI service of a session. Makes no call and loads no library by itself; a missing key is a `refused` result of every call. */
export const createAiProvider = (options: AiProviderOptions): AiProvider => {
  const { secrets } = options;
  switch (options.provider) {
    case 'echo':
      return createEchoProvider();
    case 'none':
      return createNoneProvider();
    case 'openai': {
      const key = secrets.openaiKey?.trim() || null;
      const place = servicePlace('openai', given(options, 'openai'));
      // A service of one's own may want none.
      if (key === null && place.addressSetting === null) return keyless('openai');
      const memory = options.memory ?? createServiceMemory();
      const load = async (): Promise<AiProvider> => {
        const { createOpenAiProvider } = await import('./openai-provider.ts');
        return createOpenAiProvider({
          key,
          place,
          api: options.api ?? 'auto',
          memory,
          transcriptionModel: options.transcriptionModel ?? defaultTranscriptionModel,
        });
      };
      return lazily('openai', load, { speaks: true, embeds: true });
    }
    case 'gemini': {
      const key = secrets.geminiKey?.trim();
      if (!key) return keyless('gemini');
      const place = servicePlace('gemini', given(options, 'gemini'));
      const load = async (): Promise<AiProvider> => {
        const { createGeminiProvider } = await import('./gemini-provider.ts');
        return createGeminiProvider({ key, place });
      };
      return lazily('gemini', load, { embeds: true });
    }
    case 'webhook': {
      const address = options.baseUrls?.webhook ?? null;
      const secret = secrets.webhookSecret?.trim() ?? '';
      return lazily('webhook', async () => {
        const { createWebhookProvider } = await import('./webhook-provider.ts');
        return createWebhookProvider({ address, secret, later: options.brain ?? null });
      });
    }
  }
};

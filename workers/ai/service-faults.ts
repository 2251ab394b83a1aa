import type { AiFailure } from './service-call.ts';
import { passing, refused } from './service-call.ts';
import type { ServicePlace } from './service-place.ts';

/** Faults that every AI service can have, and how its errors are told apart where only their words say it. */

/** Something answered with a page for people: a proxy, a login page, another program. */
export class WebPageError extends Error {
  override readonly name = 'WebPageError';
  readonly status: number;

  constructor(status: number) {
    super(`a web page came (HTTP ${status})`);
    this.status = status;
  }
}

const checkAddress = ({ addressSetting }: ServicePlace): string =>
  addressSetting === null ? '' : `, and check the address in ${addressSetting}`;

const beginsWithCapital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

export const webPage = (place: ServicePlace, status: number): AiFailure =>
  passing(
    'web-page',
    `${beginsWithCapital(place.name)} did not answer: a web page came instead (HTTP ${status}), from a proxy, a login page or another program. ` +
      `Open ${place.address} from this machine${checkAddress(place)}`,
  );

/** `paths`: what was asked for and is not there. */
export const wrongPath = (place: ServicePlace, paths: readonly string[], hint: string): AiFailure =>
  refused('wrong-path', `${place.name} has no ${paths.join(' and no ')} under ${place.address}: ${hint}`);

export const unknownModel = (place: ServicePlace, message: string): AiFailure =>
  refused(
    'unknown-model',
    `${place.name} does not know the model: check ai_config.model or ${place.modelSetting}. It says: ${message}`,
  );

/** The same where vectors were asked for, whose model has a setting of its own. */
export const ofVectors = (failure: AiFailure, model: string, place: ServicePlace): AiFailure =>
  failure.kind === 'refused' && failure.code === 'unknown-model'
    ? { ...failure, reason: `${place.name} does not know the model ${model}: check ai_config.embeddingsModel` }
    : failure;

export const tooLong = (message: string): AiFailure =>
  refused(
    'too-long',
    `the conversation is too long for the model, lower ai_config.historyTokens or the instructions: ${message}`,
    'request',
  );

const lengthWords =
  /context[ _](?:length|window|size)|maximum context|exceeds? the (?:maximum|available) (?:number of tokens|context)|input token count|(?:input|prompt) is too long|too many (?:input |prompt )?tokens|reduce the length of/i;

/** The conversation does not fit into the model, in the words of OpenAI, Gemini, Groq, vLLM, llama.cpp, LiteLLM and others. */
export const isTooLong = (words: string): boolean => lengthWords.test(words);

const modelWords =
  /\bmodels?\b.{0,200}(?:not (?:found|exist|available|a valid)|does(?:n't| not) exist|no longer|decommissioned|deprecated|try pulling)|(?:unknown|invalid|no such|not a valid) model|model[_ -]?(?:not[_ -]found|decommissioned)|is not found for API version/i;

/** The model is unknown, in the words of OpenAI, Gemini, Ollama, Groq, OpenRouter, DeepSeek, vLLM and LiteLLM. */
export const isUnknownModel = (words: string): boolean => modelWords.test(words);

const secureCodes = /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|ERR_OSSL)|^EPROTO$/;
const nobodyCodes = ['ECONNREFUSED', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EHOSTDOWN'];

interface Cause {
  readonly code: string | null;
  readonly words: string;
}

/** The deepest cause of an error that has a code, as fetch and the libraries wrap them. */
const causeOf = (error: unknown): Cause => {
  let found: Cause = { code: null, words: error instanceof Error ? error.message : String(error) };
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth += 1) {
    const code = 'code' in at && typeof at.code === 'string' ? at.code : null;
    if (code !== null || found.code === null)
      found = { code, words: at.message === '' ? (code ?? at.name) : at.message };
  }
  return found;
};

/** Whether an error says that no connection came about, or that it broke. */
const isBroken = (error: unknown, { code }: Cause): boolean =>
  code !== null ||
  !(error instanceof Error) ||
  error.name !== 'TypeError' ||
  /fetch failed|terminated|network/i.test(error.message);

/** An error that no service sent: nobody was reached, the connection broke, or what came is not what the service speaks. */
export const brokenCall = (error: unknown, place: ServicePlace): AiFailure => {
  const cause = causeOf(error);
  const { code, words } = cause;
  if (error instanceof SyntaxError || !isBroken(error, cause))
    return passing('garbled', `${place.name} sent something unreadable: ${words}`);

  const { name, address, addressSetting } = place;
  if (code !== null && secureCodes.test(code))
    return passing(
      'insecure',
      `no secure connection to ${name} (${words}): ${addressSetting === null ? 'something between this machine and it breaks TLS; check the clock and the proxy' : `check its certificate, and http or https in ${addressSetting} (${address})`}`,
    );
  if (addressSetting === null)
    return passing('connection', `${name} cannot be reached (${words}): is this machine online?`);

  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return passing(
      'wrong-address',
      `there is no host ${new URL(address).hostname} (${code}): check the address in ${addressSetting}, and that this machine is online`,
    );
  if ((code !== null && nobodyCodes.includes(code)) || /bad port/.test(words))
    return passing(
      'wrong-address',
      `nothing listens at ${new URL(address).host} (${code ?? words}): start the AI service there, or check the address in ${addressSetting}`,
    );
  return passing('connection', `the connection to ${name} broke: ${words}`);
};

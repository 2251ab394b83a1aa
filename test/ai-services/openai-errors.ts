import type { ServerResponse } from 'node:http';
import { hasField, type Step, sendJson, sendPage } from './script.ts';

/** What all endpoints of OpenAI have in common: its errors, and the steps that are no answer. */

const usualErrors: Readonly<Record<number, { type: string; code: string | null; message: string }>> = {
  400: { type: 'invalid_request_error', code: null, message: 'Invalid request.' },
  401: {
    type: 'invalid_request_error',
    code: 'invalid_api_key',
    message:
      'Incorrect API key provided: sk-te***************3456. You can find your API key at https://platform.openai.com/account/api-keys.',
  },
  403: {
    type: 'invalid_request_error',
    code: 'unsupported_country_region_territory',
    message: 'Country, region, or territory not supported',
  },
  404: { type: 'invalid_request_error', code: 'model_not_found', message: 'The requested model does not exist.' },
  422: { type: 'invalid_request_error', code: null, message: 'Unprocessable entity.' },
  429: {
    type: 'requests',
    code: 'rate_limit_exceeded',
    message: 'Rate limit reached for requests. Please try again in 2s.',
  },
  500: { type: 'server_error', code: null, message: 'The server had an error while processing your request.' },
  503: { type: 'server_error', code: null, message: 'The engine is currently overloaded, please try again later.' },
};
const quotaError = {
  type: 'insufficient_quota',
  code: 'insufficient_quota',
  message: 'You exceeded your current quota, please check your plan and billing details.',
};

export const sendError = (response: ServerResponse, step: Extract<Step, { kind: 'error' }>): ServerResponse => {
  const usual = (step.quota === true ? quotaError : usualErrors[step.status]) ?? usualErrors[500];
  const error = {
    message: step.message ?? usual?.message,
    type: usual?.type,
    param: step.param ?? null,
    code: step.code ?? usual?.code ?? null,
  };
  return sendJson(
    response,
    step.status,
    { error },
    step.retryAfter === undefined ? {} : { 'retry-after': step.retryAfter },
  );
};

export const playCommon = (step: Step, response: ServerResponse): ServerResponse => {
  if (step.kind === 'error') return sendError(response, step);
  if (step.kind === 'page') return sendPage(response, step);
  if (step.kind === 'garbage') {
    response.writeHead(200, { 'content-type': step.contentType });
    return response.end(step.body);
  }
  return sendError(response, { kind: 'error', status: 500, message: `step ${step.kind} is not for this endpoint` });
};

/** Whether this request is refused for a field that it has. */
export const refusesField = (step: Extract<Step, { kind: 'no-field' }>, request: unknown): boolean =>
  hasField(request, step.field);

export const sendFieldRefused = (response: ServerResponse, step: Extract<Step, { kind: 'no-field' }>): ServerResponse =>
  sendError(response, {
    kind: 'error',
    status: step.status ?? 400,
    code: 'unsupported_parameter',
    param: step.field,
    message: step.message ?? `Unsupported parameter: '${step.field}' is not supported with this model.`,
  });

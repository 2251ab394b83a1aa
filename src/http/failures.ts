import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { FleetError, type FleetErrorCode } from '../session/fleet-error.ts';
import { plainText } from '../session/plain-text.ts';
import { firstIssue } from '../words/first-issue.ts';
import type { Language } from '../words/language.ts';
import { inPortuguese } from '../words/portuguese/in-portuguese.ts';
import type { HttpOptions } from './context.ts';

interface Failure {
  readonly status: number;
  readonly code: FleetErrorCode | 'not-found' | 'too-many' | 'too-large';
  readonly message: string;
}

export const malformed: Failure = { status: 400, code: 'usage', message: 'this request is not well-formed' };

/** What fastify itself refuses, in our words. */
const ofFramework = (error: FastifyError): Failure | null => {
  switch (error.statusCode) {
    case 413:
      return { status: 413, code: 'too-large', message: 'the body is too large' };
    case 415:
      return { status: 415, code: 'usage', message: 'send JSON, with content-type: application/json' };
    default:
      return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
        ? { ...malformed, status: error.statusCode }
        : null;
  }
};

/** Our pages say in which language they are shown; whoever calls the API by himself reads English, as in the log. */
const languageOf = (request: FastifyRequest): Language =>
  request.headers['x-page-language'] === 'pt-BR' ? 'pt-BR' : 'en';

const failureOf = (error: unknown, language: Language): Failure => {
  if (error instanceof FleetError) return { status: error.httpStatus, code: error.code, message: error.message };
  if (error instanceof z.ZodError) return { status: 400, code: 'usage', message: firstIssue('', error, language) };
  if (error instanceof Error && 'statusCode' in error) {
    // What a plugin threw: its status says whose fault it is, its message stays inside.
    const known = ofFramework(error as FastifyError);
    if (known !== null) return known;
  }
  return {
    status: 500,
    code: 'failed',
    message: 'something failed inside; the log of the master tells more under this request id',
  };
};

export const sendFailure = (request: FastifyRequest, reply: FastifyReply, failure: Failure): FastifyReply => {
  const plain = plainText(failure.message).slice(0, 1000);
  const message = languageOf(request) === 'pt-BR' ? inPortuguese(plain) : plain;
  return reply
    .code(failure.status)
    .type('application/json; charset=utf-8')
    .send({ error: { code: failure.code, message, requestId: request.id } });
};

export const forbidden = (message: string): Failure => ({ status: 403, code: 'forbidden', message });
export const unauthorized: Failure = {
  status: 401,
  code: 'unauthorized',
  message: 'send "Authorization: Bearer TOKEN"; "zap-fleet token" prints it',
};
export const notFound: Failure = { status: 404, code: 'not-found', message: 'there is nothing here' };
export const tooManyRequests: Failure = {
  status: 429,
  code: 'too-many',
  message: 'too many requests; wait a minute',
};
export const tooManyActions: Failure = {
  status: 429,
  code: 'too-many',
  message: 'too many codes asked for with this link; wait some minutes',
};
export const tooManyFailures: Failure = {
  status: 429,
  code: 'too-many',
  message: 'too many wrong tokens from this address; wait a minute',
};

/** Errors leave as one line with a request id; stacks and causes go to the log. */
export const createErrorHandler =
  (log: HttpOptions['log']) =>
  (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const failure = failureOf(error, languageOf(request));
    if (failure.status >= 500) {
      // The pattern, not the address: a client's link is a secret.
      const route = request.routeOptions.url ?? '?';
      log.error(`${request.method} ${route} failed`, { requestId: request.id, status: failure.status, error });
    }
    return sendFailure(request, reply, failure);
  };

import { expect, test } from 'vitest';
import { parseLaunchRequest, parseLaunchResult, parseMasterConfig } from '../../src/protocol/launch-request.ts';

const config = { home: '/h', pm2: '/h/.pm2', logs: '/h/logs', demo: false, raw: { PORT: '0' }, workerScript: null };
const request = { config, secrets: { OPENAI_KEY: 'sk' }, replace: false, home: 'make' };

test('a request is taken whole, and nothing that does not belong to it', () => {
  expect(parseLaunchRequest({ ...request, more: 1 })).toEqual(request);
  expect(parseMasterConfig({ ...config, workerScript: '/w.ts' })).toEqual({ ...config, workerScript: '/w.ts' });
});

test.each([
  ['nothing', null, 'the request for a master is no object'],
  ['a home that is nowhere', { ...request, config: { ...config, home: '' } }, '"home" is not a path'],
  ['no logs', { ...request, config: { ...config, logs: undefined } }, '"logs" is not a text'],
  ['another wish', { ...request, home: 'move' }, '"home" is not one of make, find, await'],
  ['a setting that is no text', { ...request, config: { ...config, raw: { PORT: 0 } } }, '"PORT" is not a text'],
  ['a list of secrets', { ...request, secrets: ['sk'] }, '"secrets" is no object'],
  ['half a yes', { ...request, replace: 'yes' }, '"replace" is not true or false'],
])('%s is said', (_, value, message) => {
  expect(() => parseLaunchRequest(value)).toThrow(message);
});

test('an answer is one of two', () => {
  expect(parseLaunchResult({ ok: true, started: true })).toEqual({ ok: true, started: true });
  const failure = { ok: false, code: 'timeout', message: 'late' };
  expect(parseLaunchResult(failure)).toEqual(failure);
  expect(() => parseLaunchResult({ ok: true })).toThrow('"started" is not true or false');
  expect(() => parseLaunchResult({ ok: false, code: 'failed' })).toThrow('"message" is not a text');
});

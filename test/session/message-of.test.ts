import { expect, test } from 'vitest';
import { messageOf } from '../../src/session/fleet-error.ts';

test('every error has words, also one of several addresses that were all tried in vain', () => {
  const refused = new Error('connect ECONNREFUSED ::1:443');
  expect(messageOf(new AggregateError([refused, new Error('connect ECONNREFUSED 127.0.0.1:443')]))).toBe(
    refused.message,
  );
  expect(messageOf(new AggregateError([new AggregateError([refused])]))).toBe(refused.message);
  expect(messageOf(new AggregateError([], 'nobody'))).toBe('nobody');
  expect(messageOf(new AggregateError([]))).toBe('AggregateError');
  expect(messageOf(new TypeError())).toBe('TypeError');
  expect(messageOf(new Error('one\ntwo'))).toBe('one');
  expect(messageOf('text\nmore')).toBe('text');
  expect(messageOf(undefined)).toBe('undefined');
});

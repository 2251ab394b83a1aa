import { expect, it } from 'vitest';
import { type SendTrace, sendResultOf } from '../../../../workers/whatsapp/wppconnect/send-result.ts';

const end = { at: 'end', id: 'true_1@c.us_3EB0', result: 'OK', ack: 1, refusal: 'error' } as const;
const error = { at: 'error', error: 'boom', ack: null, refusal: 'error' } as const;

it.each<readonly [what: string, trace: SendTrace, told: object]>([
  ['accepted', end, { kind: 'accepted', id: 'true_1@c.us_3EB0', ack: 1 }],
  ['accepted without a result', { ...end, result: null, ack: 0 }, { kind: 'accepted', ack: 0 }],
  ['failed', { ...end, result: 'ERROR_UNKNOWN', ack: -1 }, { kind: 'refused', code: 'error' }],
  ['failed although the result is good', { ...end, ack: -1 }, { kind: 'refused', code: 'error' }],
  ['an error, left on the clock', { ...end, result: 'ERROR_UNKNOWN', ack: 0 }, { kind: 'refused', code: 'error' }],
  [
    'new chats are limited',
    { ...end, result: 'ERROR_UNKNOWN', ack: 0, refusal: 'restricted-new' },
    { kind: 'refused', code: 'restricted-new' },
  ],
  [
    'all chats are limited',
    { ...end, result: 'ERROR_UNKNOWN', ack: -1, refusal: 'restricted' },
    { kind: 'refused', code: 'restricted' },
  ],
  [
    'no network: it goes out with the next connection',
    { ...end, result: 'ERROR_NETWORK', ack: 0 },
    { kind: 'unknown' },
  ],
  ['an error about something that went out', { ...end, result: 'ERROR_UNKNOWN', ack: 1 }, { kind: 'unknown' }],
  ['no word in time', { at: 'late' }, { kind: 'unknown' }],
  ['known already', { at: 'known' }, { kind: 'unknown' }],
  ['no such chat', { at: 'chat', error: 'x' }, { kind: 'refused', code: 'not-a-chat' }],
  ['thrown before it was filed', error, { kind: 'refused', code: 'error', reason: 'boom' }],
  ['thrown after it was filed', { ...error, ack: 0 }, { kind: 'unknown', reason: 'boom' }],
  ['thrown by a limit', { ...error, ack: 0, refusal: 'restricted-new' }, { kind: 'refused', code: 'restricted-new' }],
])('%s', (_what, trace, told) => {
  expect(sendResultOf(trace)).toMatchObject(told);
});

import { expect, test } from 'vitest';
import { rightPhone } from '../../../../workers/conversation/limits/right-phone.ts';

const linkedPhone = '551187654321';

test.each([
  ['no number expected', null, [], true],
  ['the expected number, with its ninth digit', '5511987654321', [], true],
  ['another number', '5511912345678', [], false],
  [
    'the same number in another running session',
    null,
    [{ name: 'loja', phone: '5511987654321', isRunning: true }],
    false,
  ],
  ['the same number in a stopped session', null, [{ name: 'loja', phone: '5511987654321', isRunning: false }], true],
  ['another session without a phone', null, [{ name: 'loja', phone: null, isRunning: true }], true],
])('%s', (_, expectedPhone, others, ok) => {
  const result = rightPhone({ expectedPhone, linkedPhone, others });
  expect(result.ok).toBe(ok);
  if (!result.ok) expect(result.reason).toMatch(/: (link|stop) /);
});

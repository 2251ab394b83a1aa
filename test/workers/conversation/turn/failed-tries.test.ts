import { expect, test } from 'vitest';
import type { AiResult } from '../../../../workers/ai/ai-provider.ts';
import { answer, connectedPipeline } from '../pipeline-support.ts';

/** A provider asks a second time by itself; when that fails, the first time was paid for all the same. */

const second = 1000;
const usage = { inputTokens: 100, outputTokens: 500 };
const passing: AiResult = { kind: 'passing', code: 'service-fault', reason: '503', retryAfterMs: null, usage };
const refused = (scope: 'request' | 'account'): AiResult => ({ kind: 'refused', scope, code: 'c', reason: 'r', usage });

test.each([
  ['two faults that pass, then an answer', [passing, passing, answer('sim')], 210, 1005],
  ['a request that is refused, then a shorter one that is not', [refused('request'), answer('sim')], 110, 505],
  ['a request that is refused, also shorter', [refused('request'), refused('request')], 200, 1000],
  ['an account that is refused', [refused('account')], 100, 500],
  ['no usage told', [{ ...passing, usage: { inputTokens: 0, outputTokens: 0 } }, answer('sim')], 10, 5],
] as const)('%s', async (_, results, inputTokens, outputTokens) => {
  const p = await connectedPipeline();
  p.ai.script = results.map((result) => () => result);
  p.say('oi');
  await p.clock.advance(60 * second);
  const booked = p.store.usage.list({ sessionId: p.sessionId, fromDay: '2000-01-01' });
  const sum = (pick: (row: (typeof booked)[number]) => number): number =>
    booked.reduce((all, row) => all + pick(row), 0);
  expect([sum((row) => row.inputTokens), sum((row) => row.outputTokens)]).toEqual([inputTokens, outputTokens]);
});

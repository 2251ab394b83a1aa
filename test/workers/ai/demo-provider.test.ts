import { expect, test } from 'vitest';
import { demoAdditions, demoAnswer, demoTalk } from '../../../src/words/demo-words.ts';
import { createDemoProvider } from '../../../workers/ai/demo-provider.ts';
import { aRequest, never } from './conversation-request.ts';

const ask = async (text: string): Promise<string | null> => {
  const result = await createDemoProvider().answer(aRequest({ text }), never());
  return result.kind === 'answer' ? result.text : null;
};

test('what simulated customers write is answered, the rest comes back', async () => {
  for (const [question, answer] of demoTalk) expect(await ask(`${question}\n${demoAdditions[0]}`)).toBe(answer);
  for (const addition of demoAdditions) expect(demoAnswer(addition)).not.toBeNull();
  expect(await ask('outra coisa')).toBe('outra coisa');
  expect(await ask('  ')).toBeNull();
});

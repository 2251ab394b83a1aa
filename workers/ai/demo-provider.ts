import { demoAnswer } from '../../src/words/demo-words.ts';
import type { AiProvider } from './ai-provider.ts';
import { createEchoProvider } from './echo-provider.ts';

/** What answers in a demo, where no service is asked: to what simulated customers ask as a bot would, to the rest as an echo. */
export const createDemoProvider = (): AiProvider => {
  const echo = createEchoProvider();

  return {
    ...echo,
    answer: async (request, signal) => {
      const result = await echo.answer(request, signal);
      const answer = demoAnswer(request.text);
      return result.kind !== 'answer' || answer === null ? result : { ...result, text: answer };
    },
  };
};

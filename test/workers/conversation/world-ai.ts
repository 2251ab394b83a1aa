import type { AiProvider, AiResult, AiTextResult } from '../../../workers/ai/ai-provider.ts';
import type { Clock } from '../../../workers/conversation/core/clock.ts';
import { personTool } from '../../../workers/conversation/turn/person-tool.ts';
import type { createSeededRandom } from '../../../workers/whatsapp/simulated/seeded-random.ts';
import { answer } from './pipeline-support.ts';
import type { Fuse } from './world-crashes.ts';

/** The AI of a random world: slow, faulty, blocked, and now and then it asks for a person. Says the questions back, so that they can be seen from outside. */
export const worldAi = ({
  random,
  chance,
  fuse,
  clock,
}: {
  readonly random: ReturnType<typeof createSeededRandom>;
  readonly chance: (share: number) => boolean;
  readonly fuse: Fuse;
  readonly clock: Clock;
}): AiProvider => {
  const reply = async (text: string): Promise<AiTextResult> => {
    fuse.step();
    const ms = chance(0.5) ? random.between([0, 20_000]) : 300;
    await new Promise<void>((resolve) => clock.after(ms, resolve));
    fuse.step();
    if (chance(0.15))
      return { kind: 'passing', code: '500', reason: 'fault', retryAfterMs: chance(0.3) ? 10_000 : null };
    if (chance(0.05)) return { kind: 'no-answer', code: 'blocked', reason: 'blocked', usage: null };
    if (chance(0.02)) throw new Error('socket hang up');
    return answer(text);
  };

  return {
    name: 'echo',
    answer: async (request): Promise<AiResult> => {
      // Every part names the turn's first message, so that order and doubles can be seen from outside.
      const lines = request.text.split('\n');
      // Now and then it sends a file, once or twice in a turn, and may say nothing besides.
      const names = request.tools?.find(({ name }) => name === 'send_file')?.parameters['properties'];
      const isSent = (request.rounds ?? []).length > 0;
      if (names !== undefined && !isSent && random.next() < 0.3) {
        const files = (names as { name: { enum: string[] } }).name.enum;
        const place = random.pick(['before', 'after'] as const);
        const args = {
          name: files[random.between([0, files.length - 1])],
          place,
          again: random.next() < 0.5,
          caption: '',
        };
        const usage = { inputTokens: 10, outputTokens: 5 };
        return { kind: 'tool', name: 'send_file', arguments: args, text: null, usage, model: 'echo', notes: [] };
      }
      if (isSent && random.next() < 0.2) return { kind: 'no-answer', code: 'empty', reason: 'nothing', usage: null };
      const result = await reply(
        `Sobre ${lines[0]} eu respondo. ${random.next() < 0.5 ? `Ainda sobre ${lines.at(-1)} digo mais uma coisa. Fim de ${lines[0]} por agora, certo?` : ''}`,
      );
      if (result.kind !== 'answer' || !chance(0.04)) return result;

      const { text, ...said } = result;
      const why = { reason: `asks about ${lines[0]}`, summary: text };
      return { ...said, kind: 'tool', name: personTool.name, arguments: why, text: null };
    },
    summarize: () => reply('summary'),
    describe: () => reply('medium'),
  };
};

import { startGeminiService } from './gemini-service.ts';
import { startOpenAiService } from './openai-service.ts';

/**
 * Both local AI services by hand: `node test/ai-services/main.ts [OPENAI_PORT [GEMINI_PORT]]` (0 or nothing: any port). Prints the
 * lines for `.env`, and runs until SIGINT or SIGTERM. Scripted with `POST /__script`, read with `GET /__requests` (http-service.ts).
 */
const [openAiPort = 0, geminiPort = 0] = process.argv.slice(2).map(Number);
const openai = await startOpenAiService(openAiPort);
const gemini = await startGeminiService(geminiPort);

process.stdout.write(
  `${[
    'OPENAI_KEY=sk-local',
    `OPENAI_BASE_URL=${openai.baseUrl}`,
    'GEMINI_KEY=local',
    `GEMINI_BASE_URL=${gemini.baseUrl}`,
    '',
    `# one spent quota, then normal again: curl -s ${new URL('/__script', openai.baseUrl)} -d '{"script":[{"kind":"error","status":429,"quota":true}]}'`,
  ].join('\n')}\n`,
);

const stop = async (): Promise<void> => {
  await Promise.all([openai.close(), gemini.close()]);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    stop().catch((error: unknown) => {
      process.exitCode = 1;
      process.stderr.write(`${String(error)}\n`);
    });
  });

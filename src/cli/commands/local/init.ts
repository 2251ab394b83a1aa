import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parse } from 'dotenv';
import { FleetError } from '../../../session/fleet-error.ts';
import { nameFromLabel, newNameProblem } from '../../../session/name-from-label.ts';
import { parsePhone, phoneProblem } from '../../../session/phone.ts';
import { readZone } from '../../../words/written/time-zones.ts';
import type { CommandContext, CommandSpec } from '../command.ts';

/** `init`: the dashboard's first run as questions in a plain terminal: language and time zone, who answers, its key, the first session. */

const quote = (value: string): string => (/^[\w./:@+-]*$/.test(value) ? value : `'${value.replaceAll("'", '')}'`);

/** Writes names into an `.env` file, keeping its other lines; 0600, replaced in one step. */
export const writeEnvironment = (file: string, values: Readonly<Record<string, string>>): void => {
  const old = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const kept = old.split('\n').filter((line) => {
    const name = /^\s*(?:export\s+)?([\w.-]+)\s*=/.exec(line)?.[1];
    return line.trim() !== '' && (name === undefined || !Object.hasOwn(values, name));
  });
  const text = `${[...kept, ...Object.entries(values).map(([name, value]) => `${name}=${quote(value)}`)].join('\n')}\n`;
  const read = parse(text);
  for (const [name, value] of Object.entries(values)) {
    if (read[name] !== value)
      throw new FleetError(
        'usage',
        `${name} cannot be written to ${file}: it has quotes or line breaks. Take them out.`,
      );
  }
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text, { mode: 0o600, flush: true });
  renameSync(temporary, file);
};

const askUntil = async (
  context: CommandContext,
  question: string,
  problem: (answer: string) => string | null,
  hidden = false,
): Promise<string> => {
  for (;;) {
    const answer = await context.ask(question, { hidden });
    if (answer === null)
      throw new FleetError(
        'usage',
        `init asks questions and needs a terminal. Without one, write ${context.loaded.paths.envFile} yourself (README, Configuration).`,
      );
    const wrong = problem(answer.trim());
    if (wrong === null) return answer.trim();
    context.warn(wrong);
  }
};

export const init = (prepare: (context: CommandContext) => void): CommandSpec => ({
  usage: 'init',
  summary: 'four questions to the first session; every one can be skipped with enter',
  example: 'zap-fleet init',
  home: 'made',
  run: async (context) => {
    prepare(context);
    const values: Record<string, string> = {};
    const language = await askUntil(context, 'Language, en or pt-BR [en]: ', (text) =>
      ['', 'en', 'pt-BR', 'pt'].includes(text) ? null : 'en or pt-BR',
    );
    if (language !== '') values['FLEET_LANG'] = language === 'pt' ? 'pt-BR' : language;
    const zoneOf = (text: string) => readZone(text === '' ? 'America/Sao_Paulo' : text, context.language);
    const zone = zoneOf(
      await askUntil(context, 'Time zone, or a city in it [America/Sao_Paulo]: ', (text) => {
        const found = zoneOf(text);
        return found.ok ? null : found.problem;
      }),
    );
    if (zone.ok) values['TZ'] = zone.value;
    const ai = await askUntil(context, 'Who answers: openai, gemini, echo or none [echo]: ', (text) =>
      ['', 'openai', 'gemini', 'echo', 'none'].includes(text) ? null : 'openai, gemini, echo or none',
    );
    if (ai === 'openai' || ai === 'gemini') {
      values['AI_SELECTED'] = ai === 'openai' ? 'GPT' : 'GEMINI';
      const key = await askUntil(
        context,
        `${ai} key (not shown, enter to skip): `,
        (text) => (text === '' || !/\s/.test(text) ? null : 'a key has no blanks'),
        true,
      );
      if (key !== '') values[ai === 'openai' ? 'OPENAI_KEY' : 'GEMINI_KEY'] = key;
    }
    writeEnvironment(context.loaded.paths.envFile, values);
    context.print(`Written to ${context.loaded.paths.envFile}.`);
    const typed = await askUntil(
      context,
      'Name of the first session, e.g. Padaria do João (enter to skip): ',
      (text) => (text === '' ? null : newNameProblem(text)),
    );
    const name = typed === '' ? '' : (nameFromLabel(typed, () => false)?.name ?? '');
    if (name === '') {
      context.print('Open the dashboard with: zap-fleet');
      return 0;
    }
    const phone = await askUntil(context, 'Its phone number (optional): ', (text) =>
      text === '' ? null : phoneProblem(text),
    );
    context.print(
      `Make and start it with:\n  zap-fleet create ${name === typed ? name : JSON.stringify(typed)}${phone === '' ? '' : ` --phone ${parsePhone(phone)}`}${ai === '' ? '' : ` --ai ${ai}`} --start && zap-fleet qr ${name}`,
    );
    return 0;
  },
});

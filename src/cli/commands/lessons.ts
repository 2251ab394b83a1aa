import { FleetError } from '../../session/fleet-error.ts';
import type { Lesson, LessonKind } from '../../session/lesson.ts';
import { plainLines, plainText } from '../../session/plain-text.ts';
import type { Language } from '../../words/language.ts';
import { maskedIn } from '../../words/mask-words.ts';
import {
  type CommandContext,
  type CommandSpec,
  flag,
  jsonOption,
  sessionNamed,
  textArgument,
  textOption,
} from './command.ts';
import { clockTime } from './printing.ts';

/** `lessons`: what people did otherwise than the bot. */

const mostLessons = 100;
const usualLessons = 20;

interface LessonWords {
  readonly kinds: Readonly<Record<LessonKind, string>>;
  readonly customer: string;
  readonly bot: string;
  readonly botWould: string;
  readonly person: string;
  readonly silent: string;
  readonly nothing: string;
  readonly version: (version: number) => string;
  readonly more: (cursor: string) => string;
}

const words: Readonly<Record<Language, LessonWords>> = {
  en: {
    kinds: { takeover: 'the owner took over', edited: 'a draft was changed', dropped: 'a draft was dropped' },
    customer: 'customer',
    bot: 'bot',
    botWould: 'bot, not sent',
    person: 'person',
    silent: '(said nothing)',
    nothing: '(let it be)',
    version: (version) => `instructions ${version}`,
    more: (cursor) => `Older ones: --cursor '${cursor}'`,
  },
  'pt-BR': {
    kinds: { takeover: 'o dono assumiu', edited: 'um rascunho foi mudado', dropped: 'um rascunho foi descartado' },
    customer: 'cliente',
    bot: 'robô',
    botWould: 'robô, não enviado',
    person: 'pessoa',
    silent: '(não disse nada)',
    nothing: '(deixou como estava)',
    version: (version) => `instruções ${version}`,
    more: (cursor) => `As mais antigas: --cursor '${cursor}'`,
  },
};

const said = (who: string, text: string): readonly string[] => {
  const indent = '  ';
  const [first = '', ...rest] = plainLines(text);
  const label = who.padEnd(18);
  return [`${indent}${label}${first}`, ...rest.map((line) => `${indent}${' '.repeat(label.length)}${line}`)];
};

export const lessonLines = (lesson: Lesson, language: Language): readonly string[] => {
  const t = words[language];
  const masked = (text: string): string => maskedIn(text, language);
  const version = lesson.instructionsVersion === null ? '' : `, ${t.version(lesson.instructionsVersion)}`;
  return [
    `${clockTime(lesson.at)}  ${t.kinds[lesson.kind]}${version}  ${plainText(lesson.id)}`,
    ...said(t.customer, masked(lesson.question)),
    ...said(lesson.botSent || lesson.bot === null ? t.bot : t.botWould, masked(lesson.bot ?? t.silent)),
    ...said(t.person, masked(lesson.owner ?? t.nothing)),
  ];
};

const limitOf = (text: string | undefined): number => {
  if (text === undefined) return usualLessons;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > mostLessons)
    throw new FleetError('usage', `--lines is a number from 1 to ${mostLessons}. Example: --lines 20`);
  return value;
};

const dismiss = async (context: CommandContext, name: string, lesson: string, asJson: boolean): Promise<void> => {
  const fleet = await context.connect([name]);
  await fleet.request('dismissLesson', { name, lesson, actor: 'you' });
  if (asJson) context.print(JSON.stringify({ name, lesson, dismissed: true }));
  else context.print(`${name}: this lesson is not shown any more.`);
};

export const lessons: CommandSpec = {
  usage: 'lessons <name>',
  summary:
    'what people did otherwise than the bot: chats that the owner took over, drafts that were changed or dropped',
  example: 'zap-fleet lessons padaria-joao',
  options: [
    { flags: '--lines <n>', help: 'how many lessons (default 20)' },
    { flags: '--cursor <cursor>', help: 'read on where the last page ended' },
    { flags: '--dismiss <lesson>', help: 'do not show this one any more' },
    jsonOption,
  ],
  run: async (context, [given], options) => {
    const name = sessionNamed(textArgument(given));
    const asJson = flag(options, 'json');
    const dismissed = textOption(options, 'dismiss');
    if (dismissed !== undefined) {
      await dismiss(context, name, dismissed, asJson);
      return 0;
    }

    const cursor = textOption(options, 'cursor');
    const limit = limitOf(textOption(options, 'lines'));
    const fleet = await context.look();
    const page = await fleet.request('lessons', { name, limit, ...(cursor === undefined ? {} : { cursor }) });
    if (asJson) {
      context.print(JSON.stringify(page, null, 2));
      return 0;
    }

    if (page.lessons.length === 0)
      context.print(`${name}: nobody did otherwise than the bot yet, as far as it is stored.`);
    for (const lesson of page.lessons)
      for (const [index, line] of lessonLines(lesson, context.language).entries())
        context.printAsIs(index === 0 ? context.paint(line, 'bold') : line);
    if (page.next !== null) context.print(words[context.language].more(page.next), 'muted');
    return 0;
  },
};

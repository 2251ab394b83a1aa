import { expect, it } from 'vitest';
import type { CommandContext } from '../../../src/cli/commands/command.ts';
import { lessonLines, lessons } from '../../../src/cli/commands/lessons.ts';
import { plainPaint } from '../../../src/cli/paint-text.ts';
import type { Lesson } from '../../../src/session/lesson.ts';

const lesson: Lesson = {
  id: 'takeover-3EB0C7',
  kind: 'takeover',
  at: Date.parse('2026-11-22T15:04:05'),
  question: 'Vocês abrem\nno domingo?',
  bot: 'Não abrimos.',
  botSent: true,
  owner: 'Abrimos \u001b]52;c;aGk=\u0007sim!',
  instructionsVersion: 3,
};

const asked = async (page: { lessons: readonly Lesson[]; next: string | null }, options = {}) => {
  const lines: string[] = [];
  const requests: unknown[] = [];
  const fleet = {
    request: async (method: string, params: object) => {
      requests.push([method, params]);
      return method === 'lessons' ? page : { dismissed: true };
    },
  };
  const print = (line: string): void => void lines.push(line);
  const context = {
    look: async () => fleet,
    connect: async () => fleet,
    print,
    printAsIs: print,
    paint: plainPaint,
    language: 'en',
  } as unknown as CommandContext;
  return { code: await lessons.run(context, ['padaria'], options), lines, requests };
};

it('shows question, bot and person below each other, in both languages, whatever they wrote', () => {
  const lines = lessonLines(lesson, 'en');
  expect(lines).toEqual([
    '2026-11-22 15:04:05  the owner took over, instructions 3  takeover-3EB0C7',
    '  customer          Vocês abrem',
    '                    no domingo?',
    '  bot               Não abrimos.',
    expect.stringMatching(/^ {2}person {12}Abrimos .*sim!$/),
  ]);
  expect(lines.join('')).not.toContain('\u001b');
  const dropped = { ...lesson, kind: 'dropped', botSent: false, owner: null, instructionsVersion: null } as const;
  expect(lessonLines(dropped, 'pt-BR')).toEqual([
    '2026-11-22 15:04:05  um rascunho foi descartado  takeover-3EB0C7',
    '  cliente           Vocês abrem',
    '                    no domingo?',
    '  robô, não enviado Não abrimos.',
    '  pessoa            (deixou como estava)',
  ]);
  expect(lessonLines({ ...lesson, bot: null, botSent: false }, 'en')[3]).toBe('  bot               (said nothing)');
});

it('prints a page with how to read on, as JSON whole, and lets one be', async () => {
  const page = { lessons: [lesson], next: '1795358400000 takeover-3EB0C7' };
  const shown = await asked(page, { lines: '1' });
  expect([shown.code, shown.lines.at(-1)]).toEqual([0, "Older ones: --cursor '1795358400000 takeover-3EB0C7'"]);
  expect(JSON.parse((await asked(page, { json: true })).lines.join(''))).toEqual(page);
  expect((await asked({ lessons: [], next: null })).lines).toEqual([
    'padaria: nobody did otherwise than the bot yet, as far as it is stored.',
  ]);
  const dismissed = await asked(page, { dismiss: 'takeover-3EB0C7' });
  expect(dismissed.requests).toEqual([['dismissLesson', { name: 'padaria', lesson: 'takeover-3EB0C7', actor: 'you' }]]);
  expect(dismissed.lines).toEqual(['padaria: this lesson is not shown any more.']);
  await expect(asked(page, { lines: '0' })).rejects.toThrow('--lines is a number from 1 to 100');
});

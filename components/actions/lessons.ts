import { at } from '../keys/footers.ts';
import { headingOf } from '../view-models/dialogs/info-box.ts';
import { lessonWords } from '../view-models/lessons.ts';
import { defineAction } from './core/action.ts';
import { called } from './core/called.ts';
import type { Context } from './core/contexts.ts';
import { actor } from './core/session-requests.ts';
import { tabCommand } from './screens.ts';

/** What people did otherwise than the bot: the tab that shows it, and letting one of them be. */

const dismiss = ({ act, view, name, lesson, reload }: Context<'lesson'>): void => {
  if (lesson === undefined) return;

  const { lessons, dialog, foot } = view.t;
  act.open({
    kind: 'ask',
    title: dialog.askTitle(foot.hideLesson.long, lessons.kind[lesson.kind]),
    tone: 'accent',
    lines: [lessons.dismissWhat],
    targets: [],
    yes: () =>
      act.run(foot.hideLesson.long, called(act, name), async () => {
        await act.request('dismissLesson', { name, lesson: lesson.id, actor });
        reload();
        return lessons.dismissed;
      }),
  });
};

/** One that is longer than the screen, or that a person wants to copy. */
export const readLesson = ({ act, view, lesson, now }: Context<'lesson'>): void => {
  if (lesson === undefined) return;

  const { lessons: texts } = view.t;
  const words = lessonWords(lesson, view, now);
  act.open({
    kind: 'info',
    title: texts.wholeTitle(texts.kind[lesson.kind], view.calendar.when(lesson.at, view.now)),
    load: async () => words,
    copy: lessonText(words),
  });
};

/** For the clipboard: without the marks of headings. */
const lessonText = (words: readonly string[]): string =>
  words
    .map((text) => {
      const heading = headingOf(text);
      return heading === null ? text : `${heading}:`;
    })
    .join('\n');

export const copyLesson = ({ act, view, lesson, now }: Context<'lesson'>): void => {
  if (lesson === undefined) act.notify(view.t.result.nothingToCopy);
  else act.copy(lessonText(lessonWords(lesson, view, now)), view.t.lessons.kind[lesson.kind]);
};

export const lessons = [
  defineAction({
    id: 'open-lessons',
    commands: [{ name: 'lessons', usage: 'lessons [NAME]', arguments: ['session'], run: tabCommand(7) }],
  }),
  defineAction({
    id: 'hide-lesson',
    key: { names: ['X'], on: ['lessons'], guard: 'ask', help: { section: 'act', place: 9.6, keys: 'X' } },
    footer: { lessons: at(1, 1, 'hideLesson') },
    run: { lesson: dismiss },
  }),
] as const;

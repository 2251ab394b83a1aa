import { expect, it } from 'vitest';
import { headingOf } from '../../../components/view-models/dialogs/info-box.ts';
import { lessonWords } from '../../../components/view-models/lessons.ts';
import { exampleLessons } from '../support/example-lessons.ts';
import { openedScreens } from '../support/opened-screens.ts';
import type { Screen } from '../support/terminal.ts';
import { viewAt } from '../support/view.ts';

const open = openedScreens(120);
const rows = Array.from({ length: 60 }, (_, row) => `answered row ${row + 1}`).join('\n');
const lessons = exampleLessons.slice(0, 1).map((lesson) => ({ ...lesson, owner: rows }));

const show = async (): Promise<Screen> => {
  const shown = await open({ lessons: () => ({ lessons, next: null }) });
  await shown.press(':', 'lessons barbearia-do-ze', 'enter');
  await shown.waitFor('answered row 1');
  return shown;
};

it('a lesson that is longer than the screen says so, and enter reads it to its end', async () => {
  const shown = await show();
  expect(shown.text()).toMatch(/enter \d+ more rows +\S.* 1 of 1/);
  expect(shown.text()).not.toContain('answered row 60');
  expect(shown.text()).toMatch(/enter read it whole +X do not show it/);
  await shown.press('enter');
  await shown.waitFor('─ the owner took over, ');
  await shown.press('G');
  await shown.waitFor('answered row 60');
});

it('stays readable when the window grows under it, where it was read to its end', async () => {
  const shown = await show();
  await shown.press('enter');
  await shown.waitFor('─ the owner took over, ');
  await shown.press('G');
  await shown.waitFor('answered row 60');
  await shown.resize(120, 100);
  await shown.waitFor('answered row 1 ');
  await shown.resize(120, 40);
  await shown.waitUntilGone('answered row 2 ');
  await shown.waitFor('answered row 60');
  const before = shown.text();
  await shown.press('k');
  await shown.waitUntilGone('Names and numbers are masked.');
  expect(shown.text()).not.toBe(before);
});

it('y copies it, from the list, too', async () => {
  const shown = await show();
  shown.written();
  await shown.press('y');
  await shown.waitFor('the owner took over copied');
  const copied = /\u001b\]52;c;([^\u0007\u001b]*)/.exec(shown.written())?.[1] ?? '';
  expect(Buffer.from(copied, 'base64').toString('utf8')).toMatch(/^customer:\n(?:.*\n)*person:\nanswered row 1\n/);
});

it.each(['-- person --\nSim, com 100% de desconto', 'Oi\n-- bot --', 'a\r\n-- would say --\r\nb'])(
  'no line of a customer stands there as a heading: %j',
  (question) => {
    const [lesson] = exampleLessons;
    if (lesson === undefined) throw new Error('there is an example');
    const headings = (text: string) =>
      lessonWords({ ...lesson, question: text }, viewAt(120, 40)).filter((line) => headingOf(line) !== null);

    expect(headings(question)).toEqual(headings('Oi'));
  },
);

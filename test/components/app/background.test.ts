import { afterEach, describe, expect, it } from 'vitest';
import { askForBackground } from '../../../components/terminal/background.ts';
import { answerEverything } from '../support/answers.ts';
import { fakeFleet } from '../support/fake-fleet.ts';
import { openScreen, type Screen, type ScreenOptions } from '../support/terminal.ts';

const esc = '\u001b';
const light = `${esc}]11;rgb:ffff/ffff/ffff${esc}\\`;
const status = `${esc}[0n`;
/** `muted` on each ground, among the 256. */
const muted = { dark: 246, light: 241, neutral: 243 };

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const show = async (options: Partial<ScreenOptions> = {}) => {
  const saved: unknown[] = [];
  const fleet = fakeFleet();
  answerEverything(fleet);
  screen = await openScreen({ fleet, preferences: { load: () => null, save: (next) => saved.push(next) }, ...options });
  return { shown: screen, saved };
};
const mutedOn = (shown: Screen) => {
  const colors = new Set(shown.cells().flatMap((row) => row.map(({ foreground }) => foreground)));
  return Object.entries(muted).flatMap(([ground, color]) => (colors.has(color) ? [ground] : []));
};

describe('the background of the terminal', () => {
  it('is asked for once; the first frame does not wait, a late answer paints anew and is remembered', async () => {
    const { shown, saved } = await show({ env: { TERM_PROGRAM: 'Ghost' } });
    expect(shown.written().split(askForBackground)).toHaveLength(2);
    expect(mutedOn(shown)).toEqual(['neutral']);
    const before = shown.lines();
    await shown.press(`${light}${status}`);
    expect(mutedOn(shown)).toEqual(['light']);
    expect(shown.lines()).toEqual(before);
    expect(saved).toMatchObject([{ backgrounds: { Ghost: 'light' } }]);
    expect(shown.written()).not.toContain(askForBackground);
  });

  it('types nothing into a field, wherever a read cuts the answer', async () => {
    const { shown } = await show();
    await shown.press('/');
    const before = shown.lines();
    await shown.press(light.slice(0, 9), light.slice(9), status);
    expect(shown.lines()).toEqual(before);
    expect(mutedOn(shown)).toEqual(['light']);
    await shown.press('z', 'z');
    await shown.waitFor(/\/ ?zz_/);
  });

  it('is as remembered until the terminal answers, and not known when it does not know the question', async () => {
    const preferences = { load: () => ({ backgrounds: { 'xterm-256color': 'dark' } }), save: () => undefined };
    const { shown } = await show({ preferences });
    expect(mutedOn(shown)).toEqual(['dark']);
    await shown.press(status);
    expect(mutedOn(shown)).toEqual(['neutral']);
  });

  it('is what FLEET_THEME or a person says, whatever the terminal answers', async () => {
    const { shown } = await show({ env: { FLEET_THEME: 'dark' } });
    await shown.press(light);
    expect(mutedOn(shown)).toEqual(['dark']);
    await shown.press(':', 'theme neutral', 'enter');
    expect(mutedOn(shown)).toEqual(['neutral']);
    await shown.press(':', 'theme auto', 'enter');
    expect(mutedOn(shown)).toEqual(['dark']);
  });

  it('is not asked for where it changes nothing', async () => {
    const { shown } = await show({ env: { TERM: 'xterm', COLORTERM: '' } });
    expect(shown.written()).not.toContain(`${esc}]11`);
  });

  it('leaves the signs to :glyphs', async () => {
    const { shown, saved } = await show();
    await shown.press(':', 'glyphs ascii', 'enter');
    expect(shown.text()).not.toMatch(/[^\x20-\x7e\n]/);
    expect(saved.at(-1)).toMatchObject({ glyphs: 'ascii' });
    await shown.press(':', 'glyphs auto', 'enter');
    expect(shown.text()).toMatch(/[^\x20-\x7e\n]/);
    expect(saved.at(-1)).toMatchObject({ glyphs: null });
  });
});

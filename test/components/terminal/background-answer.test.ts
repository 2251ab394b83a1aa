import { describe, expect, it } from 'vitest';
import { backgroundOf, createAnswerFilter } from '../../../components/terminal/background-answer.ts';

const esc = '\u001b';
const dark = `${esc}]11;rgb:1e1e/1e1e/2e2e${esc}\\`;
const light = `${esc}]11;rgb:ffff/fafa/f0f0\u0007`;
const status = `${esc}[0n`;

/** Everything that is left, and the last answer. */
const filtered = (chunks: readonly string[]) => {
  const filter = createAnswerFilter();
  const parts = chunks.map(filter);
  const answers = parts.flatMap(({ background }) => (background === undefined ? [] : [background]));
  return { text: parts.map(({ text }) => text), answers };
};

describe('the answer about the background', () => {
  it('is light above half of what the eye sees', () => {
    expect(backgroundOf('rgb:0000/0000/0000')).toBe('dark');
    expect(backgroundOf('rgb:ff/ff/ff')).toBe('light');
    expect(backgroundOf('rgba:ffff/ffff/d7d7/ffff')).toBe('light');
    expect(backgroundOf('#1e1e2e')).toBe('dark');
    expect(backgroundOf('rgb:0/0/f')).toBe('dark');
    expect(backgroundOf('rgb:0/f/0')).toBe('light');
    expect(backgroundOf('?')).toBeNull();
  });

  it('is swallowed, and nothing else is', () => {
    expect(filtered([`j${dark}${status}k`])).toEqual({ text: [`j${status}k`], answers: ['dark'] });
    expect(filtered([`${light}q`])).toEqual({ text: ['q'], answers: ['light'] });
    expect(filtered([`${esc}[A`, 'ção', `${esc}]`, 'x'])).toEqual({
      text: [`${esc}[A`, 'ção', '', `${esc}]x`],
      answers: [],
    });
  });

  it('is not known where the status comes first, and still heard when it comes later', () => {
    expect(filtered([status, 'j'])).toEqual({ text: [status, 'j'], answers: [null] });
    expect(filtered([status, light, status])).toEqual({ text: [status, '', status], answers: [null, 'light'] });
  });

  it.each([dark, light])('is swallowed wherever a read cuts it (%j)', (answer) => {
    for (let at = 1; at < answer.length; at += 1) {
      const { text, answers } = filtered([`j${answer.slice(0, at)}`, `${answer.slice(at)}${status}k`]);
      // An escape alone at the end of a read may be the key: it is not kept back, and becomes part of a report that is no key.
      expect(text.join('')).toBe(at === 1 ? `j${status}${status}k` : `j${status}k`);
      expect(answers).toEqual([answer === dark ? 'dark' : 'light']);
    }
    const single = filtered([...answer, 'k']);
    expect(single.answers).toHaveLength(1);
    expect(single.text.join('')).toBe(`${status}k`);
  });

  it('lets the escape key through at once, and what is typed after it', () => {
    expect(filtered([esc, 'j', esc, esc, `${esc}[B`])).toEqual({ text: [esc, 'j', esc, esc, `${esc}[B`], answers: [] });
    expect(filtered([status, `${esc}]`, 'x'])).toEqual({ text: [status, `${esc}]`, 'x'], answers: [null] });
  });

  it('is given up where it has no end', () => {
    const endless = `${esc}]11;${'f'.repeat(80)}`;
    expect(filtered([endless, 'j']).text.join('')).toContain('fj');
  });
});

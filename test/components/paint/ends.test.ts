import { expect, it } from 'vitest';
import { wholeSentences } from '../../../components/paint/ends.ts';

it('shows whole sentences where not all fit, and cuts only the first', () => {
  const text = 'vps-2 is gone: since 14:39. It was not heard of any more. Move them.';
  const shown = (width: number) => wholeSentences(text, width);
  expect(shown(80)).toBe(text);
  expect(shown(66)).toBe('vps-2 is gone: since 14:39. It was not heard of any more.');
  expect(shown(40)).toBe('vps-2 is gone: since 14:39.');
  expect(shown(12)).toBe('vps-2 is go…');
  expect(wholeSentences('web.whatsapp.com answers', 20)).toBe('web.whatsapp.com an…');
});

import { expect, it } from 'vitest';
import { assets } from '../../src/http/pages/assets.ts';
import { pairColors, roleColors } from '../../src/look/colors.ts';

it('pages have the colours of the screen, on a light and on a dark background', () => {
  const css = assets['page.css']?.text ?? '';
  const [light = '', dark = ''] = css.split('@media(prefers-color-scheme:dark)');
  for (const [name, [hex]] of Object.entries(roleColors.light)) expect(light).toContain(`--${name}:${hex}`);
  for (const [name, [hex]] of Object.entries(roleColors.dark)) expect(dark).toContain(`--${name}:${hex}`);
  for (const pair of [pairColors.bad, pairColors.warn, pairColors.move, pairColors.ok])
    expect(css).toContain(`background:${pair[1][0]};color:${pair[0][0]}`);
});

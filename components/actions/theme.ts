import { glyphSets } from '../paint/glyphs.ts';
import { defineAction } from './core/action.ts';
import { themeChoices } from './core/preferences.ts';

const glyphChoices = [...glyphSets, 'auto'] as const;

export const theme = defineAction({
  id: 'theme',
  commands: [
    {
      name: 'theme',
      usage: `theme ${themeChoices.join('|')}`,
      arguments: [themeChoices],
      run: ([wanted], { act, view }) => {
        const chosen = themeChoices.find((each) => each === wanted);
        if (chosen === undefined) return false;
        act.prefer({ theme: chosen });
        act.notify(view.t.result.theme(chosen));
        return true;
      },
    },
    {
      name: 'glyphs',
      usage: `glyphs ${glyphChoices.join('|')}`,
      arguments: [glyphChoices],
      run: ([wanted], { act, view }) => {
        const chosen = glyphChoices.find((each) => each === wanted);
        if (chosen === undefined) return false;
        act.prefer({ glyphs: chosen === 'auto' ? null : chosen });
        act.notify(view.t.result.glyphs(chosen));
        return true;
      },
    },
  ],
});

import { defineAction } from './core/action.ts';
import { themeChoices } from './core/preferences.ts';

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
  ],
});

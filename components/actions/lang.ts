import { defineAction } from './core/action.ts';

export const lang = defineAction({
  id: 'lang',
  commands: [
    {
      name: 'lang',
      usage: 'lang en|pt-BR',
      arguments: [['en', 'pt-BR']],
      run: ([wanted], { act }) => {
        const language = wanted === 'en' ? 'en' : /^pt/i.test(wanted ?? '') ? 'pt-BR' : null;
        if (language === null) return false;
        act.prefer({ language });
        return true;
      },
    },
  ],
});

import { defineAction } from './core/action.ts';

export const mouse = defineAction({
  id: 'mouse',
  commands: [
    {
      name: 'mouse',
      usage: 'mouse [on|off]',
      arguments: [['on', 'off']],
      run: ([wanted], { act, view }) => {
        const on = wanted === undefined ? !act.preferences().mouse : wanted === 'on';
        act.prefer({ mouse: on });
        act.notify(view.t.result.mouse(on));
        return true;
      },
    },
  ],
});

import { defineAction } from './core/action.ts';
import { screenCommand } from './screens.ts';

export const first = defineAction({
  id: 'first-steps',
  commands: [{ name: 'first', aliases: ['init'], usage: 'first', run: screenCommand('first-run') }],
});

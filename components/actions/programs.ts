import { type CommandSpec, defineAction } from './core/action.ts';

/** Commands of the program itself that need no session: they run in this terminal, then the dashboard comes back. */

const program =
  (...words: readonly string[]): CommandSpec['run'] =>
  (_, { act }) => {
    act.runProgram(words);
    return true;
  };

export const programs = [
  defineAction({ id: 'demo', commands: [{ name: 'demo', usage: 'demo', run: program('--demo') }] }),
  defineAction({ id: 'doctor', commands: [{ name: 'doctor', usage: 'doctor', run: program('doctor') }] }),
] as const;

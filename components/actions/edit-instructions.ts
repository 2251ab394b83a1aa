import type { Actions } from './core/actions.ts';

/** A session's instructions in the person's editor; saved as a new version when they changed. */
export const editInstructions = (act: Actions, name: string): void => {
  const t = act.texts();
  act.run(t.foot.prompt.long, name, async () => {
    const { instructions } = await act.request('session', { name });
    const edited = await act.editText(instructions?.text ?? '', '.md');
    if (edited === null) return t.prompt.unchanged;
    const { version } = await act.request('prompt', { name, text: edited, actor: 'you' });
    return t.prompt.saved(version.version);
  });
};

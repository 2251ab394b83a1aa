import type { ReactNode } from 'react';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { useFirstRun } from '../hooks/use-first-run.ts';
import { layer, useKeyLayer } from '../hooks/use-keys.ts';
import { editField, insertText } from '../paint/field.ts';
import { firstRunLines } from '../view-models/first-run.ts';
import { isText } from '../view-models/first-run-steps.ts';
import { Lines } from '../widgets/lines.tsx';

/** Keys that move the cursor in a list while one is shown. */
const listSteps: Readonly<Record<string, number>> = { up: -1, down: 1, pgup: -8, pgdn: 8 };

/** Four steps to the first answered message; each can be skipped. */
export const FirstRun = (): ReactNode => {
  const view = useView();
  const act = useDo();
  const status = useStatusLine();
  const run = useFirstRun();
  const { state } = run;
  const text = isText(state.focus);
  useKeyLayer({
    priority: layer.field,
    guarded: true,
    ...(text ? { insert: (typed: string) => run.edit((field) => insertText(field, typed, 400)) } : {}),
    press: (key) => {
      if (key.name === 'ctrl+c' || key.name === 'ctrl+z' || key.name === 'ctrl+l') return false;
      if (state.busy) return true;
      const step = listSteps[key.name];
      if (step !== undefined && run.moveList(step)) return true;
      if (key.name === 'esc') act.back();
      else if (key.name === 'enter' || key.name === 'down') run.confirm();
      else if (key.name === 'tab') run.skip();
      else if (key.name === 'shift+tab' || key.name === 'up') run.back();
      else if (text) run.edit((field) => editField(field, key) ?? field);
      else if (key.name === 'space' || key.name === 'right' || key.name === 'l') run.choose(1);
      else if (key.name === 'left' || key.name === 'h') run.choose(-1);
      else return false;
      return true;
    },
  });
  return <Lines lines={firstRunLines(view, state, status)} theme={view.theme} />;
};

import { type ReactNode, useEffect, useState } from 'react';
import { messageOf } from '../../../src/session/fleet-error.ts';
import { moveSession } from '../../actions/move-session.ts';
import { useDo, useView } from '../../hooks/contexts.ts';
import { layer, useKeyLayer } from '../../hooks/use-keys.ts';
import type { Dialog } from '../../view-models/dialog-kinds.ts';
import { pinState } from '../../view-models/dialogs/dialog-subject.ts';
import { type MoveChoice, moveBox } from '../../view-models/dialogs/move-box.ts';
import { Overlay } from '../../widgets/overlay.tsx';
import { dialogGuardMs } from './guard.ts';

/** To which server: `y` moves it to the one under the cursor, enter does not. */
export const MoveDialog = ({ dialog }: { readonly dialog: Extract<Dialog, { kind: 'move' }> }): ReactNode => {
  const view = useView();
  const act = useDo();
  const [openedAt] = useState(act.clock);
  const [choice, setChoice] = useState<MoveChoice>({ targets: null, problem: null, cursor: 0 });
  const { target } = dialog;
  const { name } = target;

  useEffect(() => {
    let alive = true;
    act.request('moveTargets', { name }).then(
      (targets) => {
        const fits = targets.targets.findIndex(({ obstacle }) => obstacle === null);
        if (alive) setChoice({ targets, problem: null, cursor: Math.max(0, fits) });
      },
      (error: unknown) => alive && setChoice({ targets: null, problem: messageOf(error), cursor: 0 }),
    );
    return () => {
      alive = false;
    };
  }, [act, name]);

  const by = (step: number): void =>
    setChoice((before) => {
      const last = Math.max(0, (before.targets?.targets.length ?? 0) - 1);
      return { ...before, cursor: Math.max(0, Math.min(last, before.cursor + step)) };
    });
  const move = (): void => {
    const chosen = choice.targets?.targets[choice.cursor];
    if (chosen === undefined || chosen.obstacle !== null || pinState(view, [target]) === 'gone') return;
    act.closeDialog();
    moveSession(act, view, target, chosen.node.nodeId, choice.targets?.asksForQr != null);
  };

  useKeyLayer({
    priority: layer.dialog,
    press: ({ name: key }) => {
      if (key === 'ctrl+c') return false;
      if (act.clock() - openedAt < dialogGuardMs) return true;
      if (key === 'y') move();
      else if (key === 'n' || key === 'esc') act.closeDialog();
      else if (key === 'j' || key === 'down') by(1);
      else if (key === 'k' || key === 'up') by(-1);
      return true;
    },
  });
  return <Overlay lines={moveBox(view, target, choice)} theme={view.theme} columns={view.columns} rows={view.rows} />;
};

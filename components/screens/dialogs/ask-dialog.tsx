import { type ReactNode, useState } from 'react';
import { useDo, useView } from '../../hooks/contexts.ts';
import { layer, useKeyLayer } from '../../hooks/use-keys.ts';
import type { Dialog } from '../../view-models/dialog-kinds.ts';
import { askBox } from '../../view-models/dialogs/ask-box.ts';
import { pinState } from '../../view-models/dialogs/dialog-subject.ts';
import { Overlay } from '../../widgets/overlay.tsx';
import { dialogGuardMs } from './guard.ts';

/** Yes or no; enter is not yes. */
export const AskDialog = ({ dialog }: { readonly dialog: Extract<Dialog, { kind: 'ask' }> }): ReactNode => {
  const view = useView();
  const act = useDo();
  const [openedAt] = useState(act.clock);
  useKeyLayer({
    priority: layer.dialog,
    press: ({ name }) => {
      if (name === 'ctrl+c') return false;
      if (act.clock() - openedAt < dialogGuardMs) return true;
      if (name === 'y' && pinState(view, dialog.targets) !== 'gone') {
        act.closeDialog();
        dialog.yes();
      } else if (name === 'n' || name === 'esc') act.closeDialog();
      return true;
    },
  });
  return (
    <Overlay
      lines={askBox(view, dialog.title, dialog.lines, dialog.targets, dialog.tone)}
      theme={view.theme}
      columns={view.columns}
      rows={view.rows}
    />
  );
};

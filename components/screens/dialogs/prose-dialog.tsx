import { type ReactNode, useState } from 'react';
import { useDo, useView } from '../../hooks/contexts.ts';
import { layer, useKeyLayer } from '../../hooks/use-keys.ts';
import { bothEnds } from '../../paint/ends.ts';
import { keyLine } from '../../paint/key-line.ts';
import { emptyLine, fillRows, type Line, lineWidth, span } from '../../paint/line.ts';
import { editProse, insertProse, type Prose, proseOf, proseText, showProse } from '../../paint/prose.ts';
import type { Dialog } from '../../view-models/dialog-kinds.ts';
import { dialogLines, insideOf, wideDialogWidth } from '../../view-models/dialogs/dialog-frame.ts';
import { Overlay } from '../../widgets/overlay.tsx';

/** The hint goes where there is no room for both. */
const keysAndHint = (keys: Line, hint: Line, width: number): Line =>
  lineWidth(keys) + lineWidth(hint) + 2 > width ? keys : bothEnds(keys, hint, width);

/** The built-in editor, for a machine without one (a container): ctrl+o saves, esc gives up and asks when something was typed. */
export const ProseDialog = ({ dialog }: { readonly dialog: Extract<Dialog, { kind: 'prose' }> }): ReactNode => {
  const view = useView();
  const act = useDo();
  const { t } = view;
  const [prose, setProse] = useState<Prose>(() => proseOf(dialog.value));
  const [leaving, setLeaving] = useState(false);
  const width = wideDialogWidth(view);
  const inside = insideOf(width);
  const height = Math.max(1, view.rows - 8);
  const changed = proseText(prose) !== dialog.value;
  const close = (text: string | null) => {
    act.closeDialog();
    dialog.done(text);
  };
  useKeyLayer({
    priority: layer.dialog,
    guarded: true,
    insert: (text) => setProse((before) => insertProse(before, text)),
    press: (key) => {
      if (key.name === 'ctrl+c') return false;
      if (leaving) {
        if (key.name === 'y') close(null);
        else setLeaving(false);
      } else if (key.name === 'ctrl+o') close(changed ? proseText(prose) : null);
      else if (key.name === 'esc') {
        if (changed) setLeaving(true);
        else close(null);
      } else setProse((before) => editProse(before, key, height) ?? before);
      return true;
    },
  });
  const text = showProse(prose, height, inside);
  const keys = leaving
    ? [span(`${t.prompt.discard}   `, 'warn+'), ...keyLine(t.prompt.discardKeys)]
    : keysAndHint(keyLine(t.prompt.editorKeys), [span(t.prompt.ownEditor, 'muted')], inside);
  return (
    <Overlay
      lines={dialogLines(view, {
        title: dialog.title,
        tone: leaving ? 'warn' : 'accent',
        width,
        content: [...fillRows(text, height), emptyLine, keys],
      })}
      theme={view.theme}
      columns={view.columns}
      rows={view.rows}
    />
  );
};

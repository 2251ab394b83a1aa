import { type ReactNode, useEffect, useState } from 'react';
import { messageOf } from '../../../src/session/fleet-error.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { useDo, useView } from '../../hooks/contexts.ts';
import { layer, useKeyLayer } from '../../hooks/use-keys.ts';
import { editField, type Field, fieldOf, insertText, showField } from '../../paint/field.ts';
import type { Dialog } from '../../view-models/dialog-kinds.ts';
import { formBox } from '../../view-models/dialogs/form-box.ts';
import { Overlay } from '../../widgets/overlay.tsx';

/** One text, checked as it is typed; a refusal of the master keeps it open and says why. */
export const TextDialog = ({ dialog }: { readonly dialog: Extract<Dialog, { kind: 'text' }> }): ReactNode => {
  const view = useView();
  const act = useDo();
  const [field, setField] = useState<Field>(fieldOf(dialog.value));
  const [refused, setRefused] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const wrong = dialog.check(field.text);
  useEffect(() => dialog.whileOpen?.(), [dialog]);

  const edit = (change: (before: Field) => Field) => {
    setRefused(null);
    setField(change);
  };
  const save = () => {
    if (wrong !== null || busy) return;
    setBusy(true);
    dialog.save(field.text).then(act.closeDialog, (error: unknown) => {
      setBusy(false);
      setRefused(plainText(messageOf(error)));
    });
  };
  useKeyLayer({
    priority: layer.dialog,
    insert: (text) => edit((before) => insertText(before, text)),
    press: (key) => {
      if (key.name === 'ctrl+c') return false;
      if (key.name === 'esc') act.closeDialog();
      else if (key.name === 'enter') save();
      else edit((before) => editField(before, key) ?? before);
      return true;
    },
  });
  const fields = [{ label: dialog.label, value: showField(field, 40, dialog.secret), note: busy ? '...' : '' }];
  const problem = refused ?? wrong;
  return (
    <Overlay
      lines={formBox(view, dialog.title, fields, 0, problem, view.t.create.textKeys)}
      theme={view.theme}
      columns={view.columns}
      rows={view.rows}
    />
  );
};

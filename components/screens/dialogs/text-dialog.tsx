import { type ReactNode, useEffect, useState } from 'react';
import { messageOf } from '../../../src/session/fleet-error.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { useDo, useView } from '../../hooks/contexts.ts';
import { layer, useKeyLayer } from '../../hooks/use-keys.ts';
import {
  editField,
  type Field,
  fieldLines,
  fieldOf,
  insertLines,
  insertText,
  moveRow,
  showField,
  writtenText,
} from '../../paint/field.ts';
import type { Dialog } from '../../view-models/dialog-kinds.ts';
import { formBox, formRoom } from '../../view-models/dialogs/form-box.ts';
import { Overlay } from '../../widgets/overlay.tsx';

/** As many rows of it are shown; in a low window fewer. */
const mostRows = 10;
/** Of the dialog beside the text: its frame, what is wrong with it, its keys. */
const otherRows = 9;

/** One text of any number of lines, checked as it is typed; a refusal of the master keeps it open and says why. */
export const TextDialog = ({ dialog }: { readonly dialog: Extract<Dialog, { kind: 'text' }> }): ReactNode => {
  const view = useView();
  const act = useDo();
  const [field, setField] = useState<Field>(fieldOf(dialog.value));
  const [refused, setRefused] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const wrong = dialog.check(writtenText(field.text));
  const room = formRoom(view, dialog.label);
  useEffect(() => dialog.whileOpen?.(), [dialog]);

  const edit = (change: (before: Field) => Field) => {
    setRefused(null);
    setField(change);
  };
  const save = () => {
    if (wrong !== null || busy) return;
    setBusy(true);
    dialog.save(writtenText(field.text)).then(act.closeDialog, (error: unknown) => {
      setBusy(false);
      setRefused(plainText(messageOf(error)));
    });
  };
  useKeyLayer({
    priority: layer.dialog,
    insert: (text) => edit((before) => (dialog.secret ? insertText : insertLines)(before, text)),
    press: (key) => {
      if (key.name === 'ctrl+c') return false;
      if (key.name === 'esc') act.closeDialog();
      else if (key.name === 'enter') save();
      else if (key.name === 'up' || key.name === 'down')
        setField((before) => moveRow(before, room, key.name === 'up' ? -1 : 1) ?? before);
      else edit((before) => editField(before, key) ?? before);
      return true;
    },
  });
  const most = Math.max(1, Math.min(mostRows, view.rows - otherRows));
  const drawn = dialog.secret ? {} : { drawn: fieldLines(field, room, most) };
  const fields = [
    { label: dialog.label, value: showField(field, 40, dialog.secret), note: busy ? '...' : '', ...drawn },
  ];
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

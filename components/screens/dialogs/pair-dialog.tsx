import { type ReactNode, useState } from 'react';
import { parsePhone } from '../../../src/session/phone.ts';
import { useDo, useView } from '../../hooks/contexts.ts';
import { layer, useKeyLayer } from '../../hooks/use-keys.ts';
import { editField, type Field, fieldOf, insertText } from '../../paint/field.ts';
import type { Dialog } from '../../view-models/dialog-kinds.ts';
import { calledOf } from '../../view-models/dialogs/dialog-subject.ts';
import { formBox } from '../../view-models/dialogs/form-box.ts';
import { Overlay } from '../../widgets/overlay.tsx';
import { dialogGuardMs } from './guard.ts';

/** Asks for the phone's number, then for its pairing code. */
export const PairDialog = ({ dialog }: { readonly dialog: Extract<Dialog, { kind: 'pair' }> }): ReactNode => {
  const view = useView();
  const act = useDo();
  const { t } = view;
  const [openedAt] = useState(act.clock);
  const [field, setField] = useState<Field>(fieldOf(dialog.phone));
  const phone = parsePhone(field.text);
  const problem = field.text === '' ? null : t.dialog.badPhone(field.text);
  useKeyLayer({
    priority: layer.dialog,
    insert: (text) => setField((before) => insertText(before, text, 40)),
    press: (key) => {
      if (key.name === 'ctrl+c') return false;
      if (key.name === 'esc') act.closeDialog();
      else if (key.name === 'enter') {
        if (phone !== null && act.clock() - openedAt >= dialogGuardMs) {
          act.closeDialog();
          act.run(t.foot.pair.long, calledOf(view, dialog.target), async () => {
            await act.request('pair', { name: dialog.target.name, phone, actor: 'you' });
            return null;
          });
        }
      } else setField((before) => editField(before, key) ?? before);
      return true;
    },
  });
  const fields = [{ label: t.dialog.createPhone, value: field.text, field, note: '' }];
  return (
    <Overlay
      lines={formBox(view, t.dialog.pairTitle(calledOf(view, dialog.target)), fields, 0, problem, t.dialog.pairKeys)}
      theme={view.theme}
      columns={view.columns}
      rows={view.rows}
    />
  );
};

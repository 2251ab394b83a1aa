import { type ReactNode, useEffect, useState } from 'react';
import { deleteSessions } from '../../actions/delete.ts';
import { logoutSessions } from '../../actions/logout.ts';
import { useDo, useView } from '../../hooks/contexts.ts';
import { layer, useKeyLayer } from '../../hooks/use-keys.ts';
import { editField, emptyField, insertText } from '../../paint/field.ts';
import { type Dialog, type Target, targetOf } from '../../view-models/dialog-kinds.ts';
import { pinState } from '../../view-models/dialogs/dialog-subject.ts';
import { confirms, type NameState, nameBox } from '../../view-models/dialogs/name-box.ts';
import { sessionById } from '../../view-models/view.ts';
import { Overlay } from '../../widgets/overlay.tsx';

/** For what cannot be undone: the name is typed. When the session changes meanwhile the field empties and a line says so. */
export const NameDialog = ({ dialog }: { readonly dialog: Extract<Dialog, { kind: 'name' }> }): ReactNode => {
  const view = useView();
  const act = useDo();
  const [targets, setTargets] = useState<readonly Target[]>(dialog.targets);
  const [state, setState] = useState<NameState>({
    field: emptyField,
    purge: false,
    focus: 'name',
    changed: false,
    totals: null,
  });
  const pinned = pinState(view, targets);

  useEffect(() => {
    if (pinned !== 'changed') return;
    setTargets((before) =>
      before.map((target) => {
        const row = sessionById(view, target.id);
        return row === null ? target : targetOf(row);
      }),
    );
    setState((before) => ({ ...before, field: emptyField, changed: true }));
  }, [pinned, view]);

  const only = dialog.action === 'delete' && dialog.targets.length === 1 ? (dialog.targets[0]?.name ?? null) : null;
  useEffect(() => {
    if (only === null) return undefined;
    let alive = true;
    act.request('totals', { name: only }).then(
      (totals) => alive && setState((before) => ({ ...before, totals })),
      // The numbers are a help, no condition: without them the dialog says it in words.
      () => undefined,
    );
    return () => {
      alive = false;
    };
  }, [act, only]);

  const canPurge = dialog.action === 'delete';
  useKeyLayer({
    priority: layer.dialog,
    guarded: true,
    insert: (text) => {
      // At once: typing a whole name is the guard, and a fast typist loses no letter of it.
      if (state.focus === 'name') setState((before) => ({ ...before, field: insertText(before.field, text, 60) }));
    },
    press: (key) => {
      if (key.name === 'ctrl+c') return false;
      if (key.name === 'esc') act.closeDialog();
      else if (key.name === 'tab' || key.name === 'shift+tab') {
        if (canPurge) setState((before) => ({ ...before, focus: before.focus === 'name' ? 'purge' : 'name' }));
      } else if (state.focus === 'purge') {
        if (key.name === 'space') setState((before) => ({ ...before, purge: !before.purge }));
      } else if (key.name === 'enter') {
        if (pinned === 'same' && confirms(state.field.text, targets)) {
          act.closeDialog();
          if (dialog.action === 'delete') deleteSessions(act, targets, state.purge);
          else logoutSessions(act, targets);
        }
      } else setState((before) => ({ ...before, field: editField(before.field, key) ?? before.field, changed: false }));
      return true;
    },
  });
  return (
    <Overlay
      lines={nameBox(view, dialog.action, targets, state)}
      theme={view.theme}
      columns={view.columns}
      rows={view.rows}
    />
  );
};

import { type ReactNode, useEffect, useState } from 'react';
import { messageOf } from '../../../src/session/fleet-error.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { useDo, useView } from '../../hooks/contexts.ts';
import { layer, useKeyLayer } from '../../hooks/use-keys.ts';
import type { Dialog } from '../../view-models/dialog-kinds.ts';
import { infoBox } from '../../view-models/dialogs/info-box.ts';
import { Overlay } from '../../widgets/overlay.tsx';

/** Something to read: why, a check, a link. Asked for once, when it opens. */
export const InfoDialog = ({ dialog }: { readonly dialog: Extract<Dialog, { kind: 'info' }> }): ReactNode => {
  const view = useView();
  const act = useDo();
  const [texts, setTexts] = useState<readonly string[]>([view.t.why.loading]);
  const [top, setTop] = useState(0);
  useEffect(() => {
    let alive = true;
    dialog
      .load()
      .then((lines) => alive && setTexts(lines.map(plainText)))
      .catch((error: unknown) => alive && setTexts([plainText(messageOf(error))]));
    return () => {
      alive = false;
    };
  }, [dialog]);
  const box = infoBox(view, dialog.title, texts, top, dialog.copy !== null);
  const page = Math.max(1, Math.floor(view.rows / 2));
  const scroll = (by: number) => setTop((before) => Math.max(0, Math.min(box.more, Math.min(box.more, before) + by)));
  const copy = () => {
    const { copy: wanted } = dialog;
    if (typeof wanted === 'string') act.copy(wanted, dialog.title);
    else wanted?.();
  };
  useKeyLayer({
    priority: layer.dialog,
    press: ({ name }) => {
      if (name === 'ctrl+c') return false;
      if (name === 'esc' || name === 'q' || name === 'enter' || name === 'x') act.closeDialog();
      else if (name === 'j' || name === 'down') scroll(1);
      else if (name === 'k' || name === 'up') scroll(-1);
      else if (name === 'ctrl+d' || name === 'pgdn') scroll(page);
      else if (name === 'ctrl+u' || name === 'pgup') scroll(-page);
      else if (name === 'g' || name === 'home') setTop(0);
      else if (name === 'G' || name === 'end') setTop(box.more);
      else if (name === 'y') copy();
      return true;
    },
  });
  return <Overlay lines={box.lines} theme={view.theme} columns={view.columns} rows={view.rows} />;
};

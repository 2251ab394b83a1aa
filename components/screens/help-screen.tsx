import { type ReactNode, useState } from 'react';
import { useView } from '../hooks/contexts.ts';
import { layer, useKeyLayer } from '../hooks/use-keys.ts';
import type { KeyScreen } from '../keys/keymap.ts';
import { fillRows } from '../paint/line.ts';
import { helpLines } from '../view-models/help.ts';
import { Lines } from '../widgets/lines.tsx';

/** Every key of the screen that it was opened on; tab shows those of all screens. */
export const HelpScreen = ({
  screens,
  close,
}: {
  readonly screens: readonly KeyScreen[];
  readonly close: () => void;
}): ReactNode => {
  const view = useView();
  const [all, setAll] = useState(false);
  const [top, setTop] = useState(0);
  const lines = helpLines(view, screens, all);
  const most = Math.max(0, lines.length - view.rows);
  const scroll = (by: number) => setTop((before) => Math.max(0, Math.min(most, before + by)));
  useKeyLayer({
    priority: layer.help,
    press: ({ name }) => {
      if (name === 'ctrl+c' || name === 'ctrl+z' || name === 'ctrl+l') return false;
      if (name === 'esc' || name === '?' || name === 'q') close();
      else if (name === 'tab') {
        setAll((before) => !before);
        setTop(0);
      } else if (name === 'j' || name === 'down') scroll(1);
      else if (name === 'k' || name === 'up') scroll(-1);
      else if (name === 'ctrl+d' || name === 'pgdn') scroll(Math.floor(view.rows / 2));
      else if (name === 'ctrl+u' || name === 'pgup') scroll(-Math.floor(view.rows / 2));
      else if (name === 'g' || name === 'home') setTop(0);
      else if (name === 'G' || name === 'end') setTop(most);
      return true;
    },
  });
  const at = Math.min(top, most);
  return <Lines lines={fillRows(lines.slice(at, at + view.rows), view.rows)} theme={view.theme} />;
};

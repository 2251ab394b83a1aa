import { type ReactNode, useRef, useState } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { layer, useKeyLayer } from '../hooks/use-keys.ts';
import { useTry } from '../hooks/use-try.ts';
import { editField, emptyField, type Field, fieldOf, insertLines, writtenText } from '../paint/field.ts';
import { fillRows, textLine } from '../paint/line.ts';
import { tryLines } from '../view-models/try/try-lines.ts';
import { sessionById } from '../view-models/view.ts';
import { Lines } from '../widgets/lines.tsx';

/** The line that is written, and those that were sent before: up and down bring them back. */
const useLine = () => {
  const [field, setField] = useState<Field>(emptyField);
  const [sent, setSent] = useState<readonly string[]>([]);
  const [back, setBack] = useState(0);
  // A line and its enter may come in one read, before anything is drawn again.
  const newest = useRef(field);
  const put = (next: Field): void => {
    newest.current = next;
    setField(next);
  };
  const change = (edit: (before: Field) => Field): void => {
    setBack(0);
    put(edit(newest.current));
  };
  const recall = (by: 1 | -1): void => {
    const next = Math.max(0, Math.min(sent.length, back + by));
    setBack(next);
    put(next === 0 ? emptyField : fieldOf(sent[sent.length - next] ?? ''));
  };
  const taken = (): string => {
    const text = newest.current.text.trim();
    change(() => emptyField);
    if (text !== '') setSent((before) => [...before, text].slice(-50));
    return text;
  };
  return { field, change, recall, taken };
};

const TryOf = ({ row }: { readonly row: SessionRow }): ReactNode => {
  const view = useView();
  const act = useDo();
  const status = useStatusLine();
  const { state, error, say, answerNow, again } = useTry(row.name);
  const { field, change, recall, taken } = useLine();

  useKeyLayer({
    priority: layer.screen + 4,
    insert: (text) => change((before) => insertLines(before, text)),
    press: (key) => {
      if (key.name === 'ctrl+c' || key.name === 'ctrl+l' || key.name === 'ctrl+z') return false;
      if (key.name === 'esc') act.back();
      else if (key.name === 'enter') {
        const text = taken();
        if (text !== '') say(writtenText(text));
      } else if (key.name === 'tab') answerNow();
      else if (key.name === 'shift+tab') again();
      else if (key.name === 'up') recall(1);
      else if (key.name === 'down') recall(-1);
      else change((before) => editField(before, key) ?? before);
      return true;
    },
  });

  const lines = tryLines(row, view, { state, error, field, status });
  return <Lines lines={fillRows(lines, view.rows)} theme={view.theme} />;
};

/** Trying a bot without a phone, without leaving the screen. */
export const TryScreen = ({ id }: { readonly id: string }): ReactNode => {
  const view = useView();
  const row = sessionById(view, id);
  if (row === null)
    return <Lines lines={fillRows([textLine(` ${view.t.session.gone}`)], view.rows)} theme={view.theme} />;
  return <TryOf row={row} />;
};

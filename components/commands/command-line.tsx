import { type ReactNode, useLayoutEffect, useState } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { useDo, useView } from '../hooks/contexts.ts';
import { layer, useKeyLayer } from '../hooks/use-keys.ts';
import { editField, type Field, fieldOf, insertLines, showField } from '../paint/field.ts';
import type { Line } from '../paint/line.ts';
import { typedRow } from '../view-models/field-row.ts';
import { completeCommand, nextCompletion, type Round, runCommandLine } from './run-command-line.ts';

export interface CommandLineState {
  readonly text: string;
  readonly options: readonly string[];
}

/** The `:` line: it draws nothing itself, its text takes the place of the last result. */
export const CommandLine = ({
  state,
  close,
  targets,
  show,
}: {
  readonly state: CommandLineState;
  readonly close: () => void;
  readonly targets: () => readonly SessionRow[];
  readonly show: (line: Line | null) => void;
}): ReactNode => {
  const view = useView();
  const act = useDo();
  const [field, setField] = useState<Field>(() => fieldOf(state.text));
  const [round, setRound] = useState<Round | null>(null);
  const names = view.snapshot.sessions.map(({ name }) => name);
  const options = round?.options ?? completeCommand(field.text, names).options;
  const { columns } = view;
  // While tab goes round, the word that comes next stands first.
  const shown = round === null ? options : [...options.slice(round.at + 1), ...options.slice(0, round.at + 1)];
  // One that stands there whole already says nothing.
  const hint = options.length === 1 && field.text.endsWith(options[0] ?? '') ? '' : shown.join(' ');
  const typed = showField(field, Math.max(8, columns - 4));
  useLayoutEffect(() => {
    show(typedRow(':', typed, hint, columns - 1));
  }, [typed, hint, columns, show]);
  useKeyLayer({
    priority: layer.field + 5,
    insert: (text) => {
      setRound(null);
      setField((before) => insertLines(before, text));
    },
    press: (key) => {
      if (key.name === 'ctrl+c') return false;
      if (key.name === 'tab' || key.name === 'shift+tab') {
        const next = nextCompletion(field.text, names, round, key.name === 'tab' ? 1 : -1);
        setRound(next.round);
        setField(fieldOf(next.text));
        return true;
      }
      setRound(null);
      if (key.name === 'esc') close();
      else if (key.name === 'enter') {
        close();
        runCommandLine(field.text, { act, view, rows: targets() });
      } else if (key.name === 'backspace' && field.text === '') close();
      else setField((before) => editField(before, key) ?? before);
      return true;
    },
  });
  return null;
};

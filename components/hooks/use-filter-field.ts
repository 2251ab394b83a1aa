import type { KeyPress } from '../keys/key-name.ts';
import { editField, emptyField, type Field, insertText } from '../paint/field.ts';
import { layer, useKeyLayer } from './use-keys.ts';

const longest = 200;

/**
 * The `/` field of a list, while `typing`: enter keeps what was typed, esc clears it. `also` may take a key before the field does (true:
 * it is used up).
 */
export const useFilterField = ({
  typing,
  change,
  keep,
  clear,
  also,
}: {
  readonly typing: boolean;
  readonly change: (edit: (before: Field) => Field) => void;
  readonly keep: () => void;
  readonly clear: (empty: Field) => void;
  readonly also?: (key: KeyPress) => boolean;
}): void =>
  useKeyLayer(
    {
      priority: layer.field,
      insert: (text) => change((before) => insertText(before, text, longest)),
      press: (key) => {
        if (key.name === 'ctrl+c') return false;
        if (key.name === 'enter') keep();
        else if (key.name === 'esc') clear(emptyField);
        else if (also?.(key) !== true) change((before) => editField(before, key) ?? before);
        return true;
      },
    },
    typing,
  );

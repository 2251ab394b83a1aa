import { useState } from 'react';
import { editField, emptyField, type Field, insertText } from '../paint/field.ts';
import { layer, useKeyLayer } from './use-keys.ts';

export interface SearchField {
  readonly search: Field;
  readonly typing: boolean;
  readonly open: () => void;
  readonly clear: () => void;
}

/** A text that is searched for while it is typed; enter keeps it, esc clears it. */
export const useSearchField = (): SearchField => {
  const [search, setSearch] = useState<Field>(emptyField);
  const [typing, setTyping] = useState(false);
  const clear = () => {
    setTyping(false);
    setSearch(emptyField);
  };
  useKeyLayer(
    {
      priority: layer.field,
      insert: (text) => setSearch((before) => insertText(before, text, 200)),
      press: (key) => {
        if (key.name === 'ctrl+c') return false;
        if (key.name === 'enter') setTyping(false);
        else if (key.name === 'esc') clear();
        else setSearch((before) => editField(before, key) ?? before);
        return true;
      },
    },
    typing,
  );
  return { search, typing, open: () => setTyping(true), clear };
};

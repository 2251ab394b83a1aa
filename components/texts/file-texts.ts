import type { Language } from '../../src/words/language.ts';
import { enFileLabels } from './en/file-labels.ts';
import { ptFileLabels } from './pt-br/file-labels.ts';
import type { Widened } from './widened.ts';

/** Words of a screen that is read from the disk when it is opened: the first frame has none of them. */
export const fileTexts = (language: Language): Widened<typeof enFileLabels> =>
  language === 'pt-BR' ? ptFileLabels : enFileLabels;

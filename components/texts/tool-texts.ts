import type { Language } from '../../src/words/language.ts';
import { enToolLabels } from './en/tool-labels.ts';
import { ptToolLabels } from './pt-br/tool-labels.ts';
import type { Widened } from './widened.ts';

/** Words of screens that are read from the disk when they are opened: the first frame has none of them. */
export const toolTexts = (language: Language): Widened<typeof enToolLabels> =>
  language === 'pt-BR' ? ptToolLabels : enToolLabels;

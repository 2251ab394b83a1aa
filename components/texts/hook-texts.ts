import type { Language } from '../../src/words/language.ts';
import { enHookLabels } from './en/hook-labels.ts';
import { ptHookLabels } from './pt-br/hook-labels.ts';
import type { Widened } from './widened.ts';

/** Words of the screen of hooks: the first frame has none of them. */
export const hookTexts = (language: Language): Widened<typeof enHookLabels> =>
  language === 'pt-BR' ? ptHookLabels : enHookLabels;

import type { Language } from '../../src/words/language.ts';
import { en } from './en.ts';
import { ptBr } from './pt-br.ts';
import type { Texts } from './texts.ts';

export const textsOf = (language: Language): Texts => (language === 'pt-BR' ? ptBr : en);

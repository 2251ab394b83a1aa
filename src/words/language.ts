export type Language = 'en' | 'pt-BR';

/** `pt`, `pt_BR.UTF-8` and the like are Portuguese; everything else is English. */
export const languageFrom = (text: string | undefined): Language =>
  /^pt\b|^pt[_-]/i.test(text ?? '') ? 'pt-BR' : 'en';

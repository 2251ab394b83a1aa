import type { BelongingName } from '../session/belongings.ts';
import type { Language } from './language.ts';

/** What of a bot travels beside its login, as it is called in sentences; all in the plural. */
const words: Readonly<Record<Language, Readonly<Record<BelongingName, string>>>> = {
  en: {
    tools: 'its tools',
    knowledge: 'the files that it knows',
    files: 'the files that it sends',
    hooks: 'its hooks',
  },
  'pt-BR': {
    tools: 'as ferramentas',
    knowledge: 'os arquivos que ela sabe',
    files: 'os arquivos que ela envia',
    hooks: 'os webhooks',
  },
};

/** A newer server of the group may have kinds that this one does not know: they are called by their own names. */
export const belongingWords = (what: string, language: Language): string =>
  (words[language] as Readonly<Record<string, string>>)[what] ?? what;

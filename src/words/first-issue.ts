import type { z } from 'zod';
import type { Language } from './language.ts';

/** What zod found wrong, as one sentence for a person: nobody who sets a shop's hours has to know what an array is. */

type Issue = z.core.$ZodIssue;

/** What our own schemas say of a value, in English; here the same in Portuguese. A sentence that is not here is shown as it is. */
const inPortuguese: Readonly<Record<string, string>> = {
  'must be a web address. Example: http://127.0.0.1:11434/v1':
    'deve ser um endereço da web. Exemplo: http://127.0.0.1:11434/v1',
  'must hold no user or key: set the key as ai_key. Example: http://127.0.0.1:11434/v1':
    'não pode conter usuário nem chave: a chave vai em ai_key. Exemplo: http://127.0.0.1:11434/v1',
  'a time of day like 08:00': 'deve ser uma hora do dia. Exemplo: 08:00',
  'a day like 2026-12-25': 'deve ser um dia. Exemplo: 2026-12-25',
  'an IANA time zone like America/Sao_Paulo': 'deve ser um fuso horário. Exemplo: America/Sao_Paulo',
  'is not a phone number': 'não é um número de telefone. Exemplo: 11 98765-4321',
};

interface IssueWords {
  readonly example: string;
  readonly noSetting: string;
  readonly missing: string;
  readonly notValid: string;
  readonly or: string;
  readonly oneOf: (values: string) => string;
  readonly types: Readonly<Record<string, string>>;
  readonly longer: (most: string) => string;
  readonly shorter: (least: string) => string;
  readonly more: (most: string) => string;
  readonly fewer: (least: string) => string;
  readonly atMost: (most: string) => string;
  readonly atLeast: (least: string) => string;
  readonly multiple: (of: string) => string;
}

const sentences: Readonly<Record<Language, IssueWords>> = {
  en: {
    example: 'Example',
    noSetting: 'no such setting',
    missing: 'is missing',
    notValid: 'is not understood here',
    or: ' or ',
    oneOf: (values) => `must be ${values}`,
    types: {
      string: 'must be a text. Example: "padaria"',
      number: 'must be a number. Example: 20',
      int: 'must be a whole number. Example: 20',
      boolean: 'must be true or false. Example: true',
      array: 'must be a list. Example: ["one", "two"]',
      object: 'must be names with values, in braces. Example: {"quietMs": 15000}',
      record: 'must be names with values, in braces. Example: {"quietMs": 15000}',
      null: 'must be empty. Example: null',
    },
    longer: (most) => `must be at most ${most} characters long`,
    shorter: (least) => `must be at least ${least} characters long`,
    more: (most) => `must hold at most ${most}`,
    fewer: (least) => `must hold at least ${least}`,
    atMost: (most) => `must be at most ${most}`,
    atLeast: (least) => `must be at least ${least}`,
    multiple: (of) => `must be a multiple of ${of}`,
  },
  'pt-BR': {
    example: 'Exemplo',
    noSetting: 'não existe esse ajuste',
    missing: 'falta',
    notValid: 'não foi entendido aqui',
    or: ' ou ',
    oneOf: (values) => `deve ser ${values}`,
    types: {
      string: 'deve ser um texto. Exemplo: "padaria"',
      number: 'deve ser um número. Exemplo: 20',
      int: 'deve ser um número inteiro. Exemplo: 20',
      boolean: 'deve ser true ou false. Exemplo: true',
      array: 'deve ser uma lista. Exemplo: ["um", "dois"]',
      object: 'deve ser nomes com valores, entre chaves. Exemplo: {"quietMs": 15000}',
      record: 'deve ser nomes com valores, entre chaves. Exemplo: {"quietMs": 15000}',
      null: 'deve ficar vazio. Exemplo: null',
    },
    longer: (most) => `deve ter no máximo ${most} caracteres`,
    shorter: (least) => `deve ter pelo menos ${least} caracteres`,
    more: (most) => `deve ter no máximo ${most}`,
    fewer: (least) => `deve ter pelo menos ${least}`,
    atMost: (most) => `deve ser no máximo ${most}`,
    atLeast: (least) => `deve ser pelo menos ${least}`,
    multiple: (of) => `deve ser um múltiplo de ${of}`,
  },
};

/** zod's own sentences begin with one of these words; ours never do. */
const byZod = /^(Invalid|Too (small|big)|Unrecognized|Expected)/;

/** The size that would do, in words, with the size itself as the example. */
const sizeSentence = (issue: Issue & { code: 'too_small' | 'too_big' }, words: IssueWords): string => {
  const isBig = issue.code === 'too_big';
  const limit = isBig ? issue.maximum : issue.minimum;
  const bound = String(limit);
  const isWholeLimit = Math.abs(Number(limit)) >= Number.MAX_SAFE_INTEGER;
  if (isWholeLimit) return words.types['int'] ?? words.notValid;

  const isInside = issue.inclusive !== false;
  const example = isInside ? bound : String(Number(limit) + (isBig ? -1 : 1));
  switch (issue.origin) {
    case 'string':
      return isBig ? words.longer(bound) : words.shorter(bound);
    case 'array':
    case 'set':
    case 'map':
      return isBig ? words.more(bound) : words.fewer(bound);
    default:
      return `${isBig ? words.atMost(bound) : words.atLeast(bound)}. ${words.example}: ${example}`;
  }
};

const valuesOf = (values: readonly unknown[], words: IssueWords): string => {
  const shown = values.filter((value) => value !== null).map(String);
  const last = shown.at(-1) ?? '';
  const list = shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')}${words.or}${last}`;
  return `${words.oneOf(list)}. ${words.example}: ${shown[0] ?? ''}`;
};

/** Of several forms that a value may have, what is wrong with the one that it comes nearest to; "nothing at all" is no such form. */
const nearest = (issue: Issue & { code: 'invalid_union' }): Issue | null => {
  const tried = (issue.errors ?? [])
    .map((issues) => issues[0])
    .filter((found): found is Issue => found !== undefined)
    .filter((found) => !(found.code === 'invalid_type' && ['null', 'undefined'].includes(found.expected)));
  return tried.find((found) => found.code !== 'invalid_type') ?? tried[0] ?? null;
};

/** What is wrong, without where. */
export const issueSentence = (issue: Issue, language: Language = 'en'): string => {
  const words = sentences[language];
  if (issue.code === 'unrecognized_keys') return words.noSetting;
  if (!byZod.test(issue.message))
    return language === 'en' ? issue.message : (inPortuguese[issue.message] ?? issue.message);

  switch (issue.code) {
    case 'invalid_type':
      if (/received undefined$/.test(issue.message)) return words.missing;
      return words.types[issue.expected] ?? words.notValid;
    case 'too_small':
    case 'too_big':
      return sizeSentence(issue, words);
    case 'invalid_value':
      return valuesOf(issue.values, words);
    case 'invalid_union': {
      const found = nearest(issue);
      return found === null ? words.notValid : issueSentence(found, language);
    }
    case 'not_multiple_of':
      return words.multiple(String(issue.divisor));
    case 'invalid_key':
    case 'invalid_element': {
      const inner = issue.issues[0];
      return inner === undefined ? words.notValid : issueSentence(inner, language);
    }
    default:
      return words.notValid;
  }
};

/** Where the first complaint is, as dotted names. */
const whereOf = (prefix: string, issue: Issue | undefined): string => {
  const deeper = issue?.code === 'invalid_union' ? nearest(issue) : null;
  const path =
    issue?.code === 'unrecognized_keys'
      ? [...issue.path, issue.keys[0]]
      : [...(issue?.path ?? []), ...(deeper?.path ?? [])];
  return [prefix, ...path.map(String)].filter((part) => part !== '').join('.');
};

/** The first complaint of a zod error as one line: `timing_config.quietMs: must be at least 0. Example: 0`. */
export const firstIssue = (
  prefix: string,
  error: { readonly issues: readonly Issue[] },
  language: Language = 'en',
): string => {
  const [issue] = error.issues;
  const sentence = issue === undefined ? sentences[language].notValid : issueSentence(issue, language);
  const where = whereOf(prefix, issue);
  return where === '' ? sentence : `${where}: ${sentence}`;
};

import { plainText } from '../../../src/session/plain-text.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import { localTime } from '../limits/local-time.ts';
import { describeHours, type HoursConfig, isOpen } from '../limits/opening-hours.ts';

/** `{{date}}`, `{{customer_name}}` … in a session's instructions, filled in when a turn begins. */

export interface InstructionContext {
  readonly now: EpochMs;
  readonly hours: HoursConfig;
  readonly language: 'pt-BR' | 'en';
  /** As the customer calls himself: not to be trusted. Null: unknown. */
  readonly customerName: string | null;
  /** The session's label, or its name. */
  readonly sessionLabel: string;
}

export interface FilledInstructions {
  readonly text: string;
  /** Names in double braces that mean nothing, in order, each once; they were left as they are. */
  readonly unknown: readonly string[];
}

const instructionVariables = [
  'date',
  'weekday',
  'time',
  'business_hours',
  'open_now',
  'customer_name',
  'session_name',
  'time_zone',
] as const;
export type InstructionVariable = (typeof instructionVariables)[number];

/** Portuguese names for the same things. */
const aliases: Readonly<Record<string, InstructionVariable>> = {
  data: 'date',
  dia_da_semana: 'weekday',
  hora: 'time',
  horario_de_atendimento: 'business_hours',
  aberto_agora: 'open_now',
  nome_do_cliente: 'customer_name',
  nome_da_sessao: 'session_name',
  fuso_horario: 'time_zone',
};

const nameLength = 40;
const nameWords = 4;

/**
 * A customer's name as a few plain words: letters, digits, blanks, `'`, `-` and `.` only, at most 4 words and 40 characters. So no
 * line, brace, bracket, quote, link or sentence gets into the instructions through a name. Null when nothing is left.
 */
export const plainCustomerName = (name: string | null): string | null => {
  if (name === null) return null;
  const words = plainText(name.normalize('NFKC'))
    .replace(/[^\p{L}\p{M}\p{N} .'’-]+/gu, ' ')
    // A dot only after an initial or a title (`J. Souza`), so that a name is no sentence and no link.
    .replace(/(?<!(?:^|\s)\p{L}{1,3})\./gu, ' ')
    .replace(/\.(?=\S)/g, ' ')
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .slice(0, nameWords);
  const plain = Array.from(words.join(' ')).slice(0, nameLength).join('').trim();
  return plain === '' ? null : plain;
};

const two = (n: number): string => String(n).padStart(2, '0');

const variableValue = (variable: InstructionVariable, context: InstructionContext): string => {
  const { hours, language, now } = context;
  const portuguese = language === 'pt-BR';
  const local = localTime(hours.timeZone, now);
  const format = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(portuguese ? 'pt-BR' : 'en', { timeZone: hours.timeZone, ...options }).format(now);
  switch (variable) {
    case 'date':
      return format({ day: 'numeric', month: 'long', year: 'numeric' });
    case 'weekday':
      return format({ weekday: 'long' });
    case 'time':
      return `${two(Math.floor(local.minutes / 60))}:${two(local.minutes % 60)}`;
    case 'business_hours':
      return describeHours(hours, language);
    case 'open_now':
      return isOpen(hours, now) ? (portuguese ? 'aberto' : 'open') : portuguese ? 'fechado' : 'closed';
    case 'customer_name':
      return plainCustomerName(context.customerName) ?? (portuguese ? 'cliente' : 'customer');
    case 'session_name':
      return context.sessionLabel;
    case 'time_zone':
      return hours.timeZone;
  }
};

const isVariable = (name: string): name is InstructionVariable =>
  (instructionVariables as readonly string[]).includes(name);

const variableOf = (name: string): InstructionVariable | null => {
  const plain = name.toLowerCase();
  if (isVariable(plain)) return plain;
  return Object.hasOwn(aliases, plain) ? (aliases[plain] ?? null) : null;
};

const placeholder = /\{\{\s*([\p{L}\p{N}_.-]{1,60})\s*\}\}/gu;

/** Fills the variables in, in one pass: a value that looks like a variable stays a value. */
export const fillInstructions = (template: string, context: InstructionContext): FilledInstructions => {
  const unknown = new Set<string>();
  const text = template.replace(placeholder, (whole, name: string) => {
    const variable = variableOf(name);
    if (variable !== null) return variableValue(variable, context);
    unknown.add(name);
    return whole;
  });
  return { text, unknown: [...unknown] };
};

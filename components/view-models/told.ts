import type { Incident } from '../../src/protocol/fleet.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { decimals, dollars } from '../../src/words/figures.ts';
import { leftWords } from '../../src/words/gone-words.ts';
import type { Language } from '../../src/words/language.ts';
import { inPortuguese } from '../../src/words/portuguese/in-portuguese.ts';
import { age, bytesShort } from '../paint/format.ts';
import type { Templates } from '../texts/templates.ts';
import type { Texts } from '../texts/texts.ts';
import type { View } from './view.ts';

/**
 * What master and workers tell, in the operator's language. They record it as data beside one English sentence; a language has templates
 * by kind, and where a template is missing, or a value that it needs (an older record, an erased one), the sentence is shown.
 */

/** Whose words, and how that language writes figures. */
export type Voice = Pick<View, 't' | 'language'>;

/** A sentence of the program in the operator's language. */
export const saidIn = ({ language }: Pick<View, 'language'>, sentence: string): string =>
  language === 'en' ? sentence : inPortuguese(sentence);

type Values = Readonly<Record<string, unknown>>;

const spanOf = (ms: number, language: Language): string =>
  ms < 10_000 ? `${decimals(ms / 1000, 1, language)}s` : ms < 120_000 ? `${Math.round(ms / 1000)}s` : age(ms);

const shown = (key: string, value: unknown, language: Language): string => {
  if (typeof value === 'number') {
    if (key.endsWith('Ms')) return spanOf(value, language);
    if (key.endsWith('Bytes')) return bytesShort(value, language);
    if (key.endsWith('Usd')) return dollars(value, language, 2);
    return String(Math.round(value));
  }
  if (Array.isArray(value)) return plainText(value.join(', '));
  return plainText(String(value));
};

/** The filled template of a kind; null where it cannot be filled. */
export const fill = (templates: Templates, kind: string, values: Values | null, language: Language): string | null => {
  const template = Object.hasOwn(templates, kind) ? templates[kind] : undefined;
  if (template === undefined) return null;
  let isVoid = false;
  const text = template((key, otherwise) => {
    const value = values?.[key];
    if (value !== undefined && value !== null) return shown(key, value, language);
    isVoid ||= otherwise === undefined;
    return otherwise ?? '';
  });
  return isVoid ? null : text;
};

/** A reason in the operator's language: by its code where that is a known one, else by its words; empty when there is none. */
export const reasonText = (
  t: Texts,
  table: 'reason' | 'outcomeReason' | 'pauseReason',
  code: string | null | undefined,
  reason: string | null,
): string => {
  const known = t[table];
  return typeof code === 'string' && Object.hasOwn(known, code) ? (known[code] ?? '') : t.said(plainText(reason ?? ''));
};

/** `SENTENCE: reason`, or the sentence alone. */
export const withReason = (sentence: string, reason: string): string =>
  reason === '' ? sentence : `${sentence}: ${reason}`;

/** A setting as people call it, in the place of its key. */
const withSettingNamed = (values: Values | null, { setting }: Texts): Values | null => {
  const key = values?.['key'];
  const words: Readonly<Record<string, readonly string[]>> = setting;
  const name = typeof key === 'string' && Object.hasOwn(words, key) ? words[key]?.[0] : undefined;
  return values === null || name === undefined ? values : { ...values, key: name };
};

/** One line of the event log. */
export const eventText = (
  event: { readonly kind: string; readonly text: string; readonly evidence: Values | null },
  { t, language }: Voice,
): string => {
  const evidence = event.kind === 'config-changed' ? withSettingNamed(event.evidence, t) : event.evidence;
  const text = fill(t.event, event.kind, evidence, language);
  if (text === null) return t.said(plainText(event.text));
  const { reasonCode: code, reason } = event.evidence ?? {};
  if (typeof reason !== 'string') return text;
  const isOfSession = typeof code === 'string' && Object.hasOwn(t.reason, code);
  return withReason(
    text,
    reasonText(t, isOfSession ? 'reason' : 'outcomeReason', typeof code === 'string' ? code : null, reason),
  );
};

/** Whose fault an incident probably is: a title and a sentence. */
export const incidentWords = (
  incident: Incident,
  { t, language }: View,
): { readonly cause: string; readonly conclusion: string } => {
  const known = Object.hasOwn(t.blame, incident.blame) ? t.blame[incident.blame] : undefined;
  if (known === undefined) return { cause: plainText(incident.cause), conclusion: plainText(incident.conclusion) };
  if (incident.gone != null) {
    const { node, sessions } = incident.gone;
    return {
      cause: `${known.cause}: ${plainText(node)}`,
      conclusion: `${known.conclusion} ${leftWords(sessions, language)}`,
    };
  }
  const seen = t.incident.seen(incident.seen ?? {});
  return { cause: known.cause, conclusion: seen === '' ? known.conclusion : `${seen}. ${known.conclusion}` };
};

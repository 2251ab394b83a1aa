import { plainText } from '../session/plain-text.ts';
import type {
  EditProblem,
  NightOutcome,
  ProposalLine,
  ProposalPlan,
  ProposalState,
  ProposalSummary,
  RefusedEdit,
} from '../session/proposal.ts';
import type { RehearsalSummary } from '../session/rehearsal.ts';
import type { Language } from './language.ts';
import { maskedIn } from './mask-words.ts';
import { smallDollars, verdictCounts } from './rehearsal-words.ts';

/** A proposed change of the instructions in words, for screens and commands. */

const states: Readonly<Record<Language, Readonly<Record<ProposalState, string>>>> = {
  en: {
    asking: 'the AI is asked',
    rehearsing: 'it is rehearsed',
    waiting: 'waits for you',
    published: 'published',
    dropped: 'dropped',
    nothing: 'nothing proposed',
    budget: 'the budget is spent',
    failed: 'failed',
  },
  'pt-BR': {
    asking: 'a IA está pensando',
    rehearsing: 'em ensaio',
    waiting: 'espera você',
    published: 'publicada',
    dropped: 'descartada',
    nothing: 'nada proposto',
    budget: 'o orçamento acabou',
    failed: 'falhou',
  },
};
const stale: Readonly<Record<Language, string>> = {
  en: 'out of date: the instructions were changed since',
  'pt-BR': 'vencida: as instruções mudaram depois',
};

export const proposalStateWord = (
  { state, isStale, version }: Pick<ProposalSummary, 'state' | 'isStale' | 'version'>,
  language: Language,
): string => {
  if (isStale) return stale[language];
  return state === 'published' && version !== null
    ? `${states[language][state]} (v${version})`
    : states[language][state];
};

const problems: Readonly<Record<Language, Readonly<Record<EditProblem, (what: string) => string>>>> = {
  en: {
    'not-found': () => 'its passage is not in the instructions',
    ambiguous: () => 'its passage stands there more than once',
    empty: () => 'nothing would stand in its place',
    unchanged: () => 'it changes nothing',
    'too-long': () => 'it is too long, or one of too many',
    overlaps: () => 'it changes what another edit changes',
    grows: () => 'the instructions would grow too much in one night',
    shrinks: () => 'too much of the instructions would go',
    'no-lesson': () => 'it rests on no lesson',
    'no-owner': () => 'it rests on no word of the owner',
    mask: () => 'it carries a mask such as [name]',
    person: (what) => `it would carry a customer's ${what}`,
    'customer-words': () => "it repeats a customer's words",
    'unknown-figure': (what) => `it brings ${what}, which neither the instructions nor the owner said`,
    'dropped-before': () => 'a person dropped the same change before',
  },
  'pt-BR': {
    'not-found': () => 'o trecho não está nas instruções',
    ambiguous: () => 'o trecho aparece mais de uma vez',
    empty: () => 'nada ficaria no lugar',
    unchanged: () => 'não muda nada',
    'too-long': () => 'é longa demais, ou uma entre muitas',
    overlaps: () => 'muda o que outra já muda',
    grows: () => 'as instruções cresceriam demais numa noite',
    shrinks: () => 'sumiria muito das instruções',
    'no-lesson': () => 'não se apoia em nenhuma lição',
    'no-owner': () => 'não se apoia em nada que o dono disse',
    mask: () => 'leva uma máscara como [nome]',
    person: (what) => `levaria ${what} de um cliente`,
    'customer-words': () => 'repete as palavras de um cliente',
    'unknown-figure': (what) => `traz ${what}, que nem as instruções nem o dono disseram`,
    'dropped-before': () => 'uma pessoa já descartou esta mudança',
  },
};

/** E.g. `1 edit was refused: it rests on no lesson`. */
export const refusedWords = (refused: readonly RefusedEdit[], language: Language): readonly string[] => {
  const counts = Map.groupBy(refused, ({ problem, what }) =>
    problems[language][problem](maskedIn(plainText(what), language)),
  );
  return [...counts].map(([words, { length }]) =>
    language === 'en'
      ? `${length} ${length === 1 ? 'edit was' : 'edits were'} refused: ${words}.`
      : `${length} ${length === 1 ? 'mudança recusada' : 'mudanças recusadas'}: ${words}.`,
  );
};

export const proposalPlanWords = (plan: ProposalPlan, language: Language): readonly string[] => {
  const { lessons, rehearsedTurns, isPriceKnown, budgetLeftUsd } = plan;
  const model = plainText(plan.model);
  const ask = smallDollars(plan.askUsd, language);
  const rehearsal = smallDollars(plan.rehearsalUsd, language);
  const left = budgetLeftUsd === null ? null : smallDollars(Math.max(0, budgetLeftUsd), language);
  if (language === 'en')
    return [
      `${model} is asked for a change of the instructions, from ${lessons} ${lessons === 1 ? 'lesson' : 'lessons'}: about ${ask}.`,
      rehearsedTurns === 0
        ? 'There is nothing that it could be rehearsed on.'
        : `It is rehearsed on ${rehearsedTurns} recorded turns then: about ${rehearsal}. Nobody is sent anything, and nothing is published.`,
      ...(isPriceKnown
        ? []
        : ['No price of this model is known: the dearest one was taken. Own prices: data/prices.json']),
      ...(left === null ? [] : [`Left of today's AI budget: ${left}.`]),
    ];
  return [
    `${model} propõe uma mudança nas instruções, a partir de ${lessons} ${lessons === 1 ? 'lição' : 'lições'}: uns ${ask}.`,
    rehearsedTurns === 0
      ? 'Não há nada em que ensaiá-la.'
      : `Depois ela é ensaiada em ${rehearsedTurns} mensagens gravadas: uns ${rehearsal}. Ninguém recebe nada, e nada é publicado.`,
    ...(isPriceKnown
      ? []
      : ['O preço deste modelo não é conhecido: valeu o mais caro. Preços próprios: data/prices.json']),
    ...(left === null ? [] : [`Resta do orçamento de IA de hoje: ${left}.`]),
  ];
};

/** Of its rehearsal, in a few words; honest about what was not asked. */
export const rehearsedWords = (rehearsal: RehearsalSummary | null, language: Language): string => {
  const isEnglish = language === 'en';
  if (rehearsal === null) return isEnglish ? 'nothing could be rehearsed' : 'nada a ensaiar';
  const { asked, total } = rehearsal;
  const verdicts = verdictCounts(rehearsal, language);
  const how = isEnglish ? `rehearsed ${asked} of ${total}` : `${asked} de ${total} ensaiadas`;
  return `${how}: ${verdicts}`;
};

/** `from 5 lessons; it would have changed the answers in 4 chats`. */
export const restsOnWords = (lessons: number, changedChats: number, language: Language): string =>
  language === 'en'
    ? `from ${lessons} ${lessons === 1 ? 'lesson' : 'lessons'}; other answers in ${changedChats} ${changedChats === 1 ? 'chat' : 'chats'}`
    : `de ${lessons} ${lessons === 1 ? 'lição' : 'lições'}; outras respostas em ${changedChats} ${changedChats === 1 ? 'conversa' : 'conversas'}`;

export const lessonsOfWords = (numbers: readonly number[], language: Language): string => {
  const one = numbers.length === 1;
  const what = language === 'en' ? (one ? 'lesson' : 'lessons') : one ? 'lição' : 'lições';
  return `${what} ${numbers.join(', ')}`;
};

const nights: Readonly<Record<Language, Readonly<Record<NightOutcome, string>>>> = {
  en: {
    asked: 'asked',
    few: 'too few new lessons',
    open: 'one waited for you',
    budget: 'the budget was spent',
    incident: 'the AI refused',
  },
  'pt-BR': {
    asked: 'perguntou',
    few: 'poucas lições novas',
    open: 'uma esperava você',
    budget: 'o orçamento tinha acabado',
    incident: 'a IA recusava',
  },
};

/** When a session is asked by night, and what the last night gave. */
export const nightWords = (
  { isNightly, at, lastNight }: Pick<ProposalLine, 'isNightly' | 'at' | 'lastNight'>,
  language: Language,
): string => {
  const on = isNightly ? at : language === 'en' ? 'off' : 'desligado';
  return lastNight === null ? on : `${on} (${lastNight.night}: ${nights[language][lastNight.outcome]})`;
};

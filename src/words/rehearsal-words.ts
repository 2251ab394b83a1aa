import { plainText } from '../session/plain-text.ts';
import type {
  RehearsalPlan,
  RehearsalRule,
  RehearsalState,
  RehearsalSummary,
  RehearsalVerdict,
  RuleFinding,
  VerdictReason,
} from '../session/rehearsal.ts';
import { dollars, thousands } from './figures.ts';
import type { Language } from './language.ts';

/** A rehearsal in words, for screens and commands. */

const verdicts: Readonly<Record<Language, Readonly<Record<RehearsalVerdict, string>>>> = {
  en: { worse: 'worse', unjudged: 'unjudged', better: 'better', same: 'same' },
  'pt-BR': { worse: 'pior', unjudged: 'sem juízo', better: 'melhor', same: 'igual' },
};
const plurals: Readonly<Record<string, string>> = {
  pior: 'piores',
  melhor: 'melhores',
  igual: 'iguais',
  difere: 'diferem',
};
const differs: Readonly<Record<Language, string>> = { en: 'differs', 'pt-BR': 'difere' };

/** Without a judge two answers that break no rule only differ. */
export const verdictWord = (verdict: RehearsalVerdict, reason: VerdictReason, language: Language): string =>
  verdict === 'unjudged' && reason === 'no-judge' ? differs[language] : verdicts[language][verdict];

const languages: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: { pt: 'Portuguese', en: 'English', es: 'Spanish' },
  'pt-BR': { pt: 'português', en: 'inglês', es: 'espanhol' },
};

const english: Readonly<Record<RehearsalRule, (what: string) => string>> = {
  'no-answer': () => 'no answer',
  'forbidden-word': (what) => `says the forbidden "${what}"`,
  'unknown-price': (what) => `names ${what}, which the instructions do not`,
  'other-language': (what) => `answers in ${languages.en[what] ?? what}`,
  'too-long': (what) => `${what} characters long`,
  'promised-action': (what) => `promises "${what}"`,
  'missing-word': (what) => `lacks "${what}"`,
  'unwanted-word': (what) => `says "${what}"`,
};
const portuguese: Readonly<Record<RehearsalRule, (what: string) => string>> = {
  'no-answer': () => 'sem resposta',
  'forbidden-word': (what) => `diz a palavra proibida "${what}"`,
  'unknown-price': (what) => `diz ${what}, que não está nas instruções`,
  'other-language': (what) => `responde em ${languages['pt-BR'][what] ?? what}`,
  'too-long': (what) => `tem ${what} caracteres`,
  'promised-action': (what) => `promete "${what}"`,
  'missing-word': (what) => `não diz "${what}"`,
  'unwanted-word': (what) => `diz "${what}"`,
};

export const findingWords = ({ rule, what }: RuleFinding, language: Language): string =>
  (language === 'en' ? english : portuguese)[rule](plainText(what));

/** Small amounts with the digits that say something. */
export const smallDollars = (usd: number, language: Language): string =>
  dollars(usd, language, usd > 0 && usd < 0.1 ? 4 : 2);

export const planWords = (plan: RehearsalPlan, language: Language): readonly string[] => {
  const { turns, chats, cases, leftOut, isPriceKnown, budgetLeftUsd } = plan;
  const count = (n: number): string => thousands(n, language);
  const model = plainText(plan.model);
  const cost = smallDollars(plan.estimateUsd, language);
  const left = budgetLeftUsd === null ? null : smallDollars(Math.max(0, budgetLeftUsd), language);
  const judge = plan.judge === null ? null : plainText(plan.judge);

  if (language === 'en')
    return [
      `${count(turns)} recorded turns of ${count(chats)} chats${cases > 0 ? ` and ${count(cases)} ${cases === 1 ? 'case' : 'cases'}` : ''} are asked again with ${model}${judge === null ? '' : `, judged by ${judge}`}: about ${cost}.`,
      ...(isPriceKnown
        ? []
        : ['No price of this model is known: the dearest one was taken. Own prices: data/prices.json']),
      ...(leftOut > 0 ? [`${count(leftOut)} more turns are left out: 200 are asked at most.`] : []),
      ...(left === null ? [] : [`Left of today's AI budget: ${left}.`]),
    ];
  return [
    `${count(turns)} mensagens gravadas de ${count(chats)} conversas${cases > 0 ? ` e ${count(cases)} ${cases === 1 ? 'caso' : 'casos'}` : ''} são perguntadas de novo com ${model}${judge === null ? '' : `, com ${judge} de juiz`}: uns ${cost}.`,
    ...(isPriceKnown
      ? []
      : ['O preço deste modelo não é conhecido: valeu o mais caro. Preços próprios: data/prices.json']),
    ...(leftOut > 0 ? [`Mais ${count(leftOut)} ficam de fora: pergunta no máximo 200.`] : []),
    ...(left === null ? [] : [`Resta do orçamento de IA de hoje: ${left}.`]),
  ];
};

const labels = {
  en: { before: 'before', now: 'now', why: 'why', called: 'called', wouldCall: 'would have called' },
  'pt-BR': { before: 'antes', now: 'agora', why: 'por quê', called: 'chamou', wouldCall: 'teria chamado' },
} as const;

export const caseLabels = (language: Language): Readonly<Record<keyof (typeof labels)['en'], string>> =>
  labels[language];

/** `4 worse, 16 unjudged, 10 better, 90 same`. */
export const verdictCounts = (
  { counts, judge }: Pick<RehearsalSummary, 'counts' | 'judge'>,
  language: Language,
): string => {
  const words = verdicts[language];
  const unjudged = judge === null ? differs[language] : words.unjudged;
  const many = (n: number, one: string): string => `${n} ${language === 'en' || n === 1 ? one : (plurals[one] ?? one)}`;
  return [
    many(counts.worse, words.worse),
    many(counts.unjudged, unjudged),
    many(counts.better, words.better),
    many(counts.same, words.same),
  ].join(', ');
};

/** `120 asked: 4 worse, 10 better, 90 same, 16 unjudged. $0.12, before $0.10`. */
export const countWords = (
  {
    asked,
    counts,
    judge,
    costUsd,
    oldCostUsd,
  }: Pick<RehearsalSummary, 'asked' | 'counts' | 'judge' | 'costUsd' | 'oldCostUsd'>,
  language: Language,
): string => {
  const parts = verdictCounts({ counts, judge }, language);
  return language === 'en'
    ? `${asked} asked: ${parts}. ${smallDollars(costUsd, language)}; the answers of then cost ${smallDollars(oldCostUsd, language)}.`
    : `${asked} perguntadas: ${parts}. ${smallDollars(costUsd, language)}; as respostas de então custaram ${smallDollars(oldCostUsd, language)}.`;
};

const states: Readonly<Record<Language, Readonly<Record<RehearsalState, string>>>> = {
  en: { running: 'runs', done: 'done', stopped: 'stopped', budget: "today's AI budget is spent", failed: 'failed' },
  'pt-BR': {
    running: 'em curso',
    done: 'pronto',
    stopped: 'parado',
    budget: 'o orçamento de IA de hoje acabou',
    failed: 'falhou',
  },
};
export const stateWord = (state: RehearsalState, language: Language): string => states[language][state];

/** Why it is not whole, and what to do; nothing where it is. */
export const endWords = (
  { state, reason, asked, total, failed, otherHistory, sessionName }: RehearsalSummary,
  language: Language,
  /** What was recorded in English, in this person's language. */
  told: (text: string) => string,
): readonly string[] => {
  const isEnglish = language === 'en';
  const resume = `zap-fleet rehearse ${sessionName} --resume`;
  const why = reason === null || state === 'budget' ? '' : `: ${told(plainText(reason))}`;
  return [
    ...(state === 'done' || state === 'running'
      ? []
      : [
          isEnglish
            ? `Ended after ${asked} of ${total} (${stateWord(state, language)}${why}). Go on with: ${resume}`
            : `Terminou depois de ${asked} de ${total} (${stateWord(state, language)}${why}). Continue com: ${resume}`,
        ]),
    ...(failed === 0
      ? []
      : [
          isEnglish
            ? `${failed} could not be asked; they are with: ${resume}`
            : `${failed} não puderam ser perguntadas; são com: ${resume}`,
        ]),
    ...(otherHistory === 0
      ? []
      : [
          isEnglish
            ? `${otherHistory} met another history than then: messages or the summary of their chats have changed since.`
            : `${otherHistory} tiveram outro histórico que na época: as mensagens ou o resumo da conversa mudaram.`,
        ]),
  ];
};

import { type ArmFigures, type CanaryEvidence, type CanarySummary, endedByItself } from '../session/canary.ts';
import { type CanaryMeasure, isEnough, leastTurns } from '../session/canary-rules.ts';
import { plainText } from '../session/plain-text.ts';
import { decimals, dollars, thousands } from './figures.ts';
import type { Language } from './language.ts';

/** A canary in words, for screens, commands, events and alerts. */

interface Words {
  readonly measures: Readonly<Record<CanaryMeasure, string>>;
  readonly of: string;
  readonly tooFew: string;
  readonly nothing: string;
  readonly states: Readonly<Record<CanarySummary['state'], string>>;
  readonly ends: {
    readonly time: string;
    readonly promoted: (by: string) => string;
    readonly person: (by: string) => string;
    readonly decided: (by: string) => string;
    readonly worse: (what: string) => string;
    readonly errors: (what: string) => string;
    readonly rule: (rule: string, what: string) => string;
    readonly refused: (reason: string) => string;
    readonly changed: string;
    readonly moved: string;
    readonly restored: string;
  };
  readonly against: (measure: string, a: string, b: string) => string;
  readonly chats: (n: string, of: string) => string;
  readonly turns: (n: string, of: string) => string;
  readonly rows: Readonly<Record<CanaryRowName, string>>;
  readonly instructions: (version: number, base: number | null) => string;
  readonly share: (percent: number) => string;
  readonly ofLabel: (label: string, peers: number) => string;
  readonly you: string;
}

export type CanaryRowName =
  | 'chats'
  | 'turns'
  | 'answered'
  | 'drafted'
  | 'silent'
  | 'handedOver'
  | 'owner'
  | 'errors'
  | 'seconds'
  | 'costTurn'
  | 'cost';

const words: Readonly<Record<Language, Words>> = {
  en: {
    measures: {
      silent: 'left in silence',
      'handed-over': 'handed over',
      owner: 'the owner stepped in',
      errors: 'AI failures',
      seconds: 'seconds to the answer',
      cost: 'dollars a turn',
    },
    of: 'of',
    tooFew: 'too few to tell',
    nothing: '-',
    states: { running: 'running', over: 'over, waits for you', promoted: 'promoted', 'rolled-back': 'rolled back' },
    ends: {
      time: 'the canary is over: everybody is answered as published until you promote it or roll it back',
      promoted: (by) => `the canary was promoted by ${by}`,
      person: (by) => `the canary was rolled back by ${by}`,
      decided: (by) => `the canary is not promoted, said ${by}`,
      worse: (what) => `the canary rolled itself back, it was clearly worse: ${what}`,
      errors: (what) => `the canary rolled itself back, the AI service failed it: ${what}`,
      rule: (rule, what) => `the canary rolled itself back by the rule ${rule}: ${what}`,
      refused: (reason) => `the canary rolled itself back, the AI service refuses it: ${reason}`,
      changed: 'the canary ended: what it was held against was changed',
      moved: 'the canary ended: the session runs on another server',
      restored: 'the canary ended: it is of a backup',
    },
    against: (measure, a, b) => `${measure} ${a} with it, ${b} without`,
    chats: (n, of) => `${n} of ${of} chats`,
    turns: (n, of) => `${n} of ${of} turns`,
    rows: {
      chats: 'chats',
      turns: 'turns',
      answered: 'answered',
      drafted: 'drafts',
      silent: 'left in silence',
      handedOver: 'handed over',
      owner: 'owner stepped in',
      errors: 'AI failures',
      seconds: 'time to answer',
      costTurn: 'cost a turn',
      cost: 'cost',
    },
    instructions: (version, base) => `instructions v${version} beside ${base === null ? 'none' : `v${base}`}`,
    share: (percent) => `${percent}% of the chats`,
    ofLabel: (label, peers) => `all chats, beside ${peers} other ${peers === 1 ? 'session' : 'sessions'} of ${label}`,
    you: 'you',
  },
  'pt-BR': {
    measures: {
      silent: 'sem resposta',
      'handed-over': 'passadas a uma pessoa',
      owner: 'o dono interveio',
      errors: 'falhas da IA',
      seconds: 'segundos até a resposta',
      cost: 'dólares por turno',
    },
    of: 'de',
    tooFew: 'pouco para dizer',
    nothing: '-',
    states: { running: 'em curso', over: 'acabou, espera você', promoted: 'promovido', 'rolled-back': 'desfeito' },
    ends: {
      time: 'o canário acabou: todos são respondidos como publicado até você promover ou desfazer',
      promoted: (by) => `o canário foi promovido por ${by}`,
      person: (by) => `o canário foi desfeito por ${by}`,
      decided: (by) => `o canário não foi promovido, decidiu ${by}`,
      worse: (what) => `o canário se desfez sozinho, era claramente pior: ${what}`,
      errors: (what) => `o canário se desfez sozinho, a IA falhou nele: ${what}`,
      rule: (rule, what) => `o canário se desfez sozinho pela regra ${rule}: ${what}`,
      refused: (reason) => `o canário se desfez sozinho, a IA o recusa: ${reason}`,
      changed: 'o canário terminou: mudou aquilo com que era comparado',
      moved: 'o canário terminou: a sessão roda em outro servidor',
      restored: 'o canário terminou: é de um backup',
    },
    against: (measure, a, b) => `${measure}: ${a} com ele, ${b} sem`,
    chats: (n, of) => `${n} de ${of} conversas`,
    turns: (n, of) => `${n} de ${of} turnos`,
    rows: {
      chats: 'conversas',
      turns: 'turnos',
      answered: 'respondidos',
      drafted: 'rascunhos',
      silent: 'sem resposta',
      handedOver: 'passados a pessoa',
      owner: 'o dono interveio',
      errors: 'falhas da IA',
      seconds: 'tempo de resposta',
      costTurn: 'custo por turno',
      cost: 'custo',
    },
    instructions: (version, base) => `instruções v${version} ao lado de ${base === null ? 'nenhuma' : `v${base}`}`,
    share: (percent) => `${percent}% das conversas`,
    ofLabel: (label, peers) =>
      `todas as conversas, ao lado de ${peers} ${peers === 1 ? 'outra sessão' : 'outras sessões'} de ${label}`,
    you: 'você',
  },
};

export const canaryRowWord = (row: CanaryRowName, language: Language): string => words[language].rows[row];
export const canaryStateWord = (state: CanarySummary['state'], language: Language): string =>
  words[language].states[state];
export const tooFewWords = (language: Language): string => words[language].tooFew;

const smallCost = (usd: number, language: Language): string => dollars(usd, language, usd >= 1 ? 2 : 4);

const evidenceWords = (evidence: CanaryEvidence, isOfChats: boolean, language: Language): string => {
  const { measure = '', canary = 0, canaryOf = 0, control = 0, controlOf = 0 } = evidence;
  const say = words[language];
  const name = say.measures[measure as CanaryMeasure] ?? measure;
  if (measure === 'seconds') return say.against(name, decimals(canary, 1, language), decimals(control, 1, language));
  if (measure === 'cost') return say.against(name, smallCost(canary, language), smallCost(control, language));
  const part = isOfChats ? say.chats : say.turns;
  const count = (n: number, of: number): string => part(thousands(n, language), thousands(of, language));
  return say.against(name, count(canary, canaryOf), count(control, controlOf));
};

/** How it ended, in one sentence; empty while it runs. */
export const canaryEndWords = (
  { state, end, evidence, decidedBy }: Pick<CanarySummary, 'state' | 'end' | 'evidence' | 'decidedBy'>,
  language: Language,
  /** What others have said, as this person reads it. */
  said: (text: string) => string = (text) => text,
): string => {
  const { ends, you } = words[language];
  const by = decidedBy === 'you' ? you : plainText(decidedBy ?? '');
  // Decided after it had ended: what was decided is the news.
  if (decidedBy !== null && (end === 'time' || endedByItself(end)))
    return state === 'promoted' ? ends.promoted(by) : ends.decided(by);
  switch (end) {
    case null:
      return '';
    case 'promoted':
      return ends.promoted(by);
    case 'person':
      return ends.person(by);
    case 'worse':
      return ends.worse(evidenceWords(evidence ?? {}, true, language));
    case 'errors':
      return ends.errors(evidenceWords(evidence ?? {}, false, language));
    case 'rule':
      return ends.rule(plainText(evidence?.rule ?? ''), evidenceWords(evidence ?? {}, false, language));
    case 'refused':
      return ends.refused(said(plainText(evidence?.reason ?? '')));
    default:
      return ends[end];
  }
};

const asTyped = (key: string, value: unknown): string => `${key} = ${plainText(String(value))}`;

/** What is tried, in a few words; a screen calls settings as its fields do, a shell as they are typed. */
export const canaryChangeWords = (
  { version, baseVersion, settings }: Pick<CanarySummary, 'version' | 'baseVersion' | 'settings'>,
  language: Language,
  called: (key: string, value: unknown) => string = asTyped,
): string =>
  [
    ...(version === null ? [] : [words[language].instructions(version, baseVersion)]),
    ...Object.entries(settings).map(([key, value]) => called(key, value)),
  ].join(', ');

/** On whom. */
export const canaryScopeWords = (
  { share, label, peers }: Pick<CanarySummary, 'share' | 'label' | 'peers'>,
  language: Language,
): string =>
  share === null ? words[language].ofLabel(plainText(label ?? ''), peers.length) : words[language].share(share);

export interface CanaryRow {
  readonly name: CanaryRowName;
  readonly label: string;
  readonly canary: string;
  readonly control: string;
}

const secondsText = (ms: number | null, language: Language): string =>
  ms === null ? words[language].nothing : `${decimals(ms / 1000, 1, language)} s`;

/** `12 · 4.8%`; the share only where there are enough to have one. */
const partOf = (n: number, arm: ArmFigures, language: Language): string => {
  const count = thousands(n, language);
  if (arm.turns === 0) return count;
  return isEnough(arm) ? `${count} · ${decimals((n / arm.turns) * 100, 1, language)}%` : count;
};

const parts = ['answered', 'drafted', 'silent', 'handedOver', 'owner', 'errors'] as const;

/** Both sides, measure by measure. Where one has too few turns for shares, that is said below. */
export const canaryRows = ({ figures }: Pick<CanarySummary, 'figures'>, language: Language): readonly CanaryRow[] => {
  const row = (name: CanaryRowName, text: (arm: ArmFigures) => string): CanaryRow => ({
    name,
    label: words[language].rows[name],
    canary: text(figures.canary),
    control: text(figures.control),
  });
  const hasDrafts = figures.canary.drafted + figures.control.drafted > 0;
  return [
    row('chats', ({ chats }) => thousands(chats, language)),
    row('turns', ({ turns }) => thousands(turns, language)),
    ...parts
      .filter((name) => name !== 'drafted' || hasDrafts)
      .map((name) => row(name, (arm) => partOf(arm[name], arm, language))),
    row('seconds', ({ medianMs }) => secondsText(medianMs, language)),
    row('costTurn', (arm) => (isEnough(arm) ? smallCost(arm.costUsd / arm.turns, language) : words[language].nothing)),
    row('cost', ({ costUsd }) => smallCost(costUsd, language)),
  ];
};

/** Null: both sides have enough turns to be compared. */
export const tooFewLine = ({ figures }: Pick<CanarySummary, 'figures'>, language: Language): string | null => {
  if (isEnough(figures.canary) && isEnough(figures.control)) return null;
  return language === 'en'
    ? `Too few to tell: shares are shown from ${leastTurns} turns on each side.`
    : `Pouco para dizer: há porcentagens a partir de ${leastTurns} turnos de cada lado.`;
};

import type { AiProviderName } from '../../../src/session/session-config.ts';
import type { ScenarioName, Script } from './scenario.ts';

/** One session of `--demo`: what its phone does, and what its past was like. */
export interface DemoSession {
  readonly name: string;
  readonly label: string;
  readonly scenario: ScenarioName;
  readonly script: Partial<Script>;
  readonly seed: number;
  readonly ai: AiProviderName;
  /** `timing_config`: quick enough that there is something to see. */
  readonly timing: Readonly<Record<string, unknown>>;
  /** Digits that its phone has. */
  readonly phone: string;
  /** How it stands when the demo opens. */
  readonly stands: 'runs' | 'closed' | 'not-replying' | 'logged-out' | 'gave-up' | 'new' | 'stopped';
  /** Visits of customers in a busy hour of its past. */
  readonly visits: number;
  /** When its customers write: around meals, or in office hours. */
  readonly customers: 'meals' | 'office';
  /** How long half of its customers waited for an answer. */
  readonly halfMs: number;
  /** Whose model its past was billed for. */
  readonly model: string;
}

const pace = (quietMs: number) => ({
  quietMs,
  maxWaitMs: quietMs + 12_000,
  readingDelayMs: 1500,
  charactersPerSecond: 14,
});
const writing = (fromMs: number, toMs: number): Partial<Script> => ({
  customers: 24,
  messageEveryMs: [fromMs, toMs],
  burst: [1, 2],
  burstGapMs: [2000, 6000],
});

const usual = { ai: 'echo', model: 'gpt-5.6-luna', scenario: 'busy', stands: 'runs', customers: 'office' } as const;
const phone = (area: number, rest: number): string => `55${area}9${rest}`;

/**
 * Twelve sessions that stand as a fleet does on a bad evening. `otica-visao` has an AI service without a key, so its customers wait; the
 * phone of `padaria-joao` was unlinked; `pet-shop-rex` was given up.
 */
export const demoFleet: readonly DemoSession[] = [
  {
    ...usual,
    name: 'padaria-joao',
    label: 'Padaria do João',
    scenario: 'self-scan',
    script: { ...writing(25_000, 80_000), phone: phone(11, 98341475) },
    seed: 16,
    timing: pace(9000),
    phone: phone(11, 98341475),
    stands: 'logged-out',
    visits: 20,
    customers: 'meals',
    halfMs: 18_000,
  },
  {
    ...usual,
    name: 'otica-visao',
    label: 'Ótica Visão Clara',
    scenario: 'not-replying',
    script: { ...writing(60_000, 150_000), phone: phone(11, 97722031) },
    seed: 15,
    ai: 'openai',
    timing: pace(8000),
    phone: phone(11, 97722031),
    stands: 'not-replying',
    visits: 9,
    halfMs: 24_000,
  },
  {
    ...usual,
    name: 'pet-shop-rex',
    label: 'Pet Shop Rex',
    script: { ...writing(50_000, 120_000), phone: phone(19, 96114208) },
    seed: 17,
    timing: pace(8000),
    phone: phone(19, 96114208),
    stands: 'gave-up',
    visits: 6,
    halfMs: 31_000,
    model: 'gemini-3.5-flash-lite',
  },
  {
    ...usual,
    name: 'studio-bela',
    label: 'Studio Bela',
    scenario: 'waiting-for-scan',
    script: { ...writing(60_000, 150_000), phone: phone(31, 99450612) },
    seed: 13,
    timing: pace(8000),
    phone: phone(31, 99450612),
    stands: 'new',
    visits: 0,
    halfMs: 20_000,
  },
  {
    ...usual,
    name: 'clinica-sorriso',
    label: 'Clínica Sorriso',
    scenario: 'flapping',
    script: { ...writing(45_000, 100_000), phone: phone(41, 98850334) },
    seed: 14,
    timing: pace(8000),
    phone: phone(41, 98850334),
    visits: 12,
    halfMs: 26_000,
  },
  {
    ...usual,
    name: 'advocacia-lima',
    label: 'Advocacia Lima & Souza',
    scenario: 'quiet',
    script: { ...writing(240_000, 600_000), phone: phone(11, 96230887) },
    seed: 18,
    timing: pace(12_000),
    phone: phone(11, 96230887),
    stands: 'closed',
    visits: 5,
    halfMs: 33_000,
    model: 'gemini-3.5-flash-lite',
  },
  {
    ...usual,
    name: 'barbearia-do-ze',
    label: 'Barbearia do Zé',
    script: { ...writing(35_000, 90_000), phone: phone(21, 98127740) },
    seed: 11,
    timing: pace(10_000),
    phone: phone(21, 98127740),
    visits: 14,
    halfMs: 21_000,
  },
  {
    ...usual,
    name: 'farmacia-vida',
    label: 'Farmácia Vida',
    script: { ...writing(30_000, 80_000), phone: phone(51, 97341196) },
    seed: 19,
    timing: pace(7000),
    phone: phone(51, 97341196),
    visits: 16,
    halfMs: 16_000,
  },
  {
    ...usual,
    name: 'floricultura-iris',
    label: 'Floricultura Íris',
    scenario: 'quiet',
    script: { ...writing(300_000, 700_000), phone: phone(31, 96402258) },
    seed: 12,
    timing: pace(10_000),
    phone: phone(31, 96402258),
    stands: 'closed',
    visits: 7,
    halfMs: 19_000,
    model: 'gemini-3.5-flash-lite',
  },
  {
    ...usual,
    name: 'loja-centro',
    label: 'Loja Centro Modas',
    script: { ...writing(30_000, 75_000), phone: phone(11, 99213465) },
    seed: 20,
    timing: pace(9000),
    phone: phone(11, 99213465),
    visits: 15,
    halfMs: 22_000,
  },
  {
    ...usual,
    name: 'pizzaria-roma',
    label: 'Pizzaria Roma',
    script: { ...writing(18_000, 50_000), phone: phone(11, 98904421) },
    seed: 21,
    timing: pace(11_000),
    phone: phone(11, 98904421),
    visits: 28,
    customers: 'meals',
    halfMs: 27_000,
  },
  {
    ...usual,
    name: 'escola-sol',
    label: 'Escola Sol Nascente',
    scenario: 'quiet',
    script: { ...writing(120_000, 400_000), phone: phone(11, 97005518) },
    seed: 22,
    timing: pace(9000),
    phone: phone(11, 97005518),
    stands: 'stopped',
    visits: 0,
    halfMs: 21_000,
  },
];

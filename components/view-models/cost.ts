import type { SessionRow } from '../../src/protocol/fleet.ts';
import type { UsageShare } from '../../src/protocol/history.ts';
import { plainText } from '../../src/session/plain-text.ts';
import type { TurnRecord, UsageDay } from '../../src/session/records.ts';
import { decimals, dollarSign, dollars, thousands } from '../../src/words/figures.ts';
import { numberText } from '../../src/words/written/number.ts';
import { boxed } from '../paint/box.ts';
import { dataBar } from '../paint/charts/bars.ts';
import { bothEnds } from '../paint/ends.ts';
import { glyph } from '../paint/glyphs.ts';
import { cut, emptyLine, type Line, lineWidth, onGround, padEnd, padStart, span, textLine } from '../paint/line.ts';
import { overlaid } from '../paint/overlaid.ts';
import type { Tone } from '../paint/tone.ts';
import type { CostDay } from './cost-days.ts';
import { turnOutcome } from './turns.ts';
import type { View } from './view.ts';

/** What the AI costs: where it goes, by bot, and the last answers of one. */

export type TableData = readonly Readonly<Record<string, string>>[];

export const daysTable = (days: readonly UsageDay[], view: View): TableData => {
  const { cost } = view.t;
  return days.map((day) => ({
    [cost.day]: day.day,
    [cost.calls]: thousands(day.calls, view.language),
    [cost.input]: thousands(day.inputTokens, view.language),
    [cost.output]: thousands(day.outputTokens, view.language),
    [cost.price]: dollars(day.costUsd, view.language),
  }));
};

/** One line of the list: a bot and what it cost. */
export interface BotCost {
  readonly id: string | null;
  readonly name: string;
  readonly label: string;
  readonly costUsd: number;
}

const labelOf = (row: SessionRow): string => plainText(row.label) || row.name;

/** Today as the rows say; longer as the store adds up, bots that are gone among them. The dearest first. */
export const costsOf = (sessions: readonly SessionRow[], shares: readonly UsageShare[] | null): readonly BotCost[] => {
  const byName = new Map(sessions.map((row) => [row.name as string, row]));
  const costs: readonly BotCost[] =
    shares === null
      ? sessions.map((row) => ({ id: row.id, name: row.name, label: labelOf(row), costUsd: row.costTodayUsd }))
      : shares.map(({ of, costUsd }) => {
          const row = byName.get(of);
          return { id: row?.id ?? null, name: of, label: row === undefined ? plainText(of) : labelOf(row), costUsd };
        });
  return [...costs].sort((a, b) => b.costUsd - a.costUsd || (a.name < b.name ? -1 : 1));
};

/** For a spreadsheet: a line a bot. */
export const costsAsCsv = (costs: readonly BotCost[]): string => {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  return [
    'name,label,usd',
    ...costs.map(({ name, label, costUsd }) => `${quoted(name)},${quoted(label)},${costUsd.toFixed(4)}`),
  ].join('\n');
};

/** `$0.94` (`US$ 0,94`), and four digits where two would say nothing. */
export const price = (usd: number, { language }: View): string =>
  usd > 0 && usd < 0.1 ? dollars(usd, language, 4) : dollars(usd, language);

/** In a column, where points stand below each other: two digits, as long as they say something. */
const cents = (usd: number, view: View): string =>
  usd > 0 && usd < 0.005 ? price(usd, view) : dollars(usd, view.language);

export interface BotList {
  readonly costs: readonly BotCost[];
  readonly top: number;
  readonly cursor: number;
  /** By name, of those that have one: what a day may cost. */
  readonly budgets: ReadonlyMap<string, number>;
  /** What the budget is multiplied with: days. */
  readonly days: number;
}

/** Rows of the list within a box of `rows`; below the last one what all others cost. */
export const listRows = (rows: number): number => Math.max(1, rows - 2);

/** `most`: what the longest bar stands for. */
interface ListScale {
  readonly most: number;
  readonly inner: number;
}

const listColumns = ({ language }: View, inner: number) => {
  const labelWidth = Math.min(26, Math.max(12, Math.floor(inner * 0.4)));
  const numberWidth = 7 + dollarSign[language].length;
  return { labelWidth, numberWidth, barWidth: Math.max(0, inner - labelWidth - 2 - numberWidth - 6) };
};

const botLine = (view: View, bot: BotCost, list: BotList, { most, inner }: ListScale, isCursor: boolean): Line => {
  const { labelWidth, numberWidth, barWidth } = listColumns(view, inner);
  const budget = list.budgets.get(bot.name);
  const limit = budget === undefined ? null : budget * list.days;
  const budgetText =
    limit === null
      ? ''
      : ` /${Number.isInteger(limit) ? numberText(limit, view.language) : decimals(limit, 2, view.language).replace(/^0/, '')}`;
  const tone: Tone = limit === null || bot.costUsd < limit * 0.9 ? 'accent' : bot.costUsd < limit ? 'warn' : 'bad';
  const bar = dataBar(bot.costUsd / most, barWidth, tone);
  const tick = limit === null || limit > most ? null : Math.min(barWidth - 1, Math.round((limit / most) * barWidth));
  const line: Line = [
    span(isCursor ? `${glyph.cursor} ` : '  ', 'accent+'),
    span(padEnd(cut(bot.label, labelWidth - 1), labelWidth), isCursor ? 'bold' : bot.costUsd > 0 ? 'plain' : 'muted'),
    ...(tick === null ? bar : overlaid(bar, tick, [span(glyph.budget, 'warn')])),
    span(padStart(cents(bot.costUsd, view), numberWidth), bot.costUsd > 0 ? 'bold' : 'faint'),
    span(padEnd(budgetText, 6), 'muted'),
  ];
  return isCursor ? onGround(line, 'cursor', inner) : line;
};

/** Together they may cost more than the dearest: then their bar is as long as its. */
const othersLine = (view: View, rest: readonly BotCost[], { most, inner }: ListScale): Line => {
  const sum = rest.reduce((all, { costUsd }) => all + costUsd, 0);
  const { labelWidth, barWidth, numberWidth } = listColumns(view, inner);
  return [
    span('  '),
    span(padEnd(cut(view.t.cost.others(rest.length), labelWidth - 1), labelWidth), 'muted'),
    ...dataBar(Math.min(1, sum / most), barWidth, 'muted'),
    span(padStart(cents(sum, view), numberWidth), sum > 0 ? 'bold' : 'faint'),
    span(' '.repeat(6)),
  ];
};

export const botsBox = (
  view: View,
  list: BotList,
  period: string,
  {
    width,
    rows,
    empty,
    order,
  }: {
    readonly width: number;
    readonly rows: number;
    readonly empty: string;
    /** In which order they stand, for the columns that are free in the border. */
    readonly order: (room: number) => Line;
  },
): readonly Line[] => {
  const { cost } = view.t;
  const inner = width - 4;
  const room = listRows(rows);
  const shown = list.costs.slice(list.top, list.top + room);
  const below = list.costs.slice(list.top + room - 1);
  const most = Math.max(1e-6, ...list.costs.map(({ costUsd }) => costUsd)) * 1.05;
  const lines = shown.map((bot, index) => {
    const at = list.top + index;
    return below.length > 1 && index === room - 1
      ? othersLine(view, below, { most, inner })
      : botLine(view, bot, list, { most, inner }, at === list.cursor);
  });
  const title: Line = [span(cost.byBot, 'bold'), span(`, ${period}`, 'muted')];
  return boxed({
    title,
    right: list.costs.length < 2 ? [] : order(width - lineWidth(title) - 8),
    width,
    rows,
    content: list.costs.length === 0 ? [textLine(empty, 'muted')] : lines,
  });
};

/** How much of today has passed, 0 to 1. */
const partOfDay = (view: View): number => {
  const [hours = 0, minutes = 0] = view.calendar.time(view.now).split(':').map(Number);
  return (hours * 60 + minutes) / 1440;
};

export interface Sums {
  readonly days: readonly CostDay[];
  readonly models: readonly UsageShare[];
}

/** `gpt-5.6-luna` is `luna` where there is room for one word. */
const shortModel = (model: string): string => model.replace(/^(?:gpt|gemini)-(?:[\d.]+-)?/, '') || model;

const modelLines = (view: View, models: readonly UsageShare[], inner: number): readonly Line[] => {
  const all = models.reduce((sum, { costUsd }) => sum + costUsd, 0);
  if (all <= 0) return [];
  const shown = models.slice(0, 2).map(({ of, costUsd }) => ({ name: shortModel(plainText(of)), costUsd }));
  const rest = models.slice(2).reduce((sum, { costUsd }) => sum + costUsd, 0);
  const named = rest > 0 ? [...shown, { name: view.t.cost.otherModels, costUsd: rest }] : shown;
  const tones: readonly Tone[] = ['accent', 'in', 'muted'];
  const barWidth = Math.max(3, Math.floor(inner / 3));
  const nameWidth = inner - barWidth - 6;
  return [
    emptyLine,
    ...named.map(({ name, costUsd }, index) => [
      span(padEnd(cut(name, nameWidth), nameWidth + 1)),
      ...dataBar(costUsd / all, barWidth, tones[index] ?? 'muted'),
      span(padStart(`${Math.round((costUsd / all) * 100)}%`, 5), 'bold'),
    ]),
  ];
};

/** Today and the month, what they will be at this pace, and which models it goes to. */
export const sumsBox = (
  view: View,
  { days, models }: Sums,
  { width, rows }: { readonly width: number; readonly rows: number },
): readonly Line[] => {
  const { cost } = view.t;
  const inner = width - 4;
  const today = days.at(-1);
  const fact = (label: string, value: string, tone: Tone = 'bold'): Line =>
    bothEnds(textLine(label, 'muted'), [span(value, tone)], inner);
  const finished = days.slice(0, -1).flatMap(({ costUsd }) => (costUsd === null ? [] : [costUsd]));
  const lately = finished.slice(-7);
  const aDay = lately.length < 3 ? null : lately.reduce((sum, usd) => sum + usd, 0) / lately.length;
  const spent = today?.costUsd ?? 0;
  const byMidnight = aDay === null ? null : spent + aDay * (1 - partOfDay(view));
  const month = (today?.day ?? '').slice(0, 7);
  const ofMonth = days.filter(({ day }) => day.startsWith(month));
  const monthSum = ofMonth.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0);
  const [year = 1970, monthNumber = 1] = month.split('-').map(Number);
  const daysLeft = new Date(Date.UTC(year, monthNumber, 0)).getUTCDate() - Number((today?.day ?? '').slice(8, 10));
  // A month that began before the first day that is shown cannot be added up from these days.
  const wholeMonth = days.some(({ day }) => day < month) || (days[0]?.day ?? '').endsWith('-01');
  const calls = today?.calls ?? 0;

  return boxed({
    title: [span(cost.where, 'bold')],
    width,
    rows,
    content: [
      fact(cost.today, price(spent, view)),
      ...(byMidnight === null ? [] : [fact(cost.byMidnight, `~${price(byMidnight, view)}`, 'plain')]),
      ...(wholeMonth ? [fact(view.calendar.month(view.now, view.now), price(monthSum, view))] : []),
      ...(wholeMonth && byMidnight !== null && aDay !== null
        ? [
            fact(
              cost.atThisPace,
              `~${dollars(monthSum - spent + byMidnight + daysLeft * aDay, view.language)}`,
              'plain',
            ),
          ]
        : []),
      ...(calls === 0
        ? []
        : [
            emptyLine,
            fact(cost.anAnswer, price(spent / calls, view)),
            fact(cost.answersToday, thousands(calls, view.language), 'plain'),
          ]),
      ...modelLines(view, models, inner),
    ],
  });
};

/** The last answers: when, how much was read and written, what it cost, for whom; how it ended where there is room. */
export const turnLines = (view: View, turns: readonly TurnRecord[], inner: number): readonly Line[] => {
  const { cost } = view.t;
  const wide = inner >= 76;
  // Who it was for says more than how much was read.
  const tokens = inner >= 44;
  const priceWidth = 8 + dollarSign[view.language].length;
  const outcomeWidth = wide ? Math.max(34, Math.floor(inner * 0.4)) : 0;
  const row = (
    at: string,
    input: string,
    output: string,
    usd: string,
    who: string,
    outcome: string,
    isHead: boolean,
  ): Line => {
    const rest = Math.max(0, inner - 6 - (tokens ? 8 + 7 : 0) - priceWidth - 2 - outcomeWidth);
    // A long name does not touch how it ended.
    const most = Math.max(0, rest - (wide ? 2 : 0));
    return [
      span(padEnd(at, 6), 'muted'),
      ...(tokens
        ? [span(padStart(input, 8), isHead ? 'muted' : 'plain'), span(padStart(output, 7), isHead ? 'muted' : 'plain')]
        : []),
      span(padStart(usd, priceWidth), isHead ? 'muted' : 'bold'),
      span(`  ${padEnd(cut(who, most), rest)}`, 'muted'),
      ...(wide ? [span(cut(outcome, outcomeWidth), 'muted')] : []),
    ];
  };
  return [
    row(cost.at, cost.input, cost.output, cost.price, cost.customer, wide ? cost.outcome : '', true),
    ...turns.map((turn) =>
      row(
        view.calendar.when(turn.startedAt, view.now),
        thousands(turn.inputTokens, view.language),
        thousands(turn.outputTokens, view.language),
        dollars(turn.costUsd, view.language, 4),
        plainText(turn.who),
        `${plainText(turn.model)}  ${turnOutcome(turn, view)}`,
        false,
      ),
    ),
  ];
};

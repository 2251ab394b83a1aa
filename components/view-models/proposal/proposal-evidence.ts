import type { Lesson } from '../../../src/session/lesson.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { isBeingMade, type Proposal } from '../../../src/session/proposal.ts';
import type { RehearsalCase, RehearsedAnswer } from '../../../src/session/rehearsal.ts';
import { maskedIn } from '../../../src/words/mask-words.ts';
import { findingWords, smallDollars, stateWord, verdictWord } from '../../../src/words/rehearsal-words.ts';
import { boxed } from '../../paint/box.ts';
import { emptyLine, firstLines, type Line, padEnd, padStart, span, textLine, wrapText } from '../../paint/line.ts';
import { widestOf } from '../../paint/overlaid.ts';
import type { Tone } from '../../paint/tone.ts';
import { type Fact, factLines } from '../places/item-detail.ts';
import { answerWords, judgedWords } from '../rehearsal/case-pair.ts';
import {
  costFact,
  failedLine,
  isBroken,
  progressLine,
  rehearsalLooks,
  verdictBars,
} from '../rehearsal/verdict-bars.ts';
import type { View } from '../view.ts';

/** What a person weighs who decides on a proposal: what people said under each edit; beside them its rehearsal, the worst answer, and what it is. */

/** Smaller windows have the sides alone, one after the other. */
const evidenceFrom = { columns: 100, rows: 30 };
/** Lower, every row of an answer counts. */
const roomyFrom = 36;
const leastWidth = 44;
const mostWidth = 72;

/** How wide the column beside the edits is; 0: there is none. */
export const evidenceWidth = (view: View): number =>
  view.columns < evidenceFrom.columns || view.rows < evidenceFrom.rows
    ? 0
    : Math.max(leastWidth, Math.min(mostWidth, Math.floor(view.columns * 0.42)));

/** Shorter names would take more of a narrow box than they tell. */
const namesFrom = 24;

/** The whole of it stands in the other two sides. */
const shortened = (text: string, width: number, most: number, tone: Tone): readonly Line[] =>
  firstLines(
    wrapText(text, width).map((part) => textLine(part, tone)),
    most,
    width,
  );

const lessonLines = (lesson: Lesson, nth: string, view: View, width: number): readonly Line[] => {
  const { lessons } = view.t;
  const isSaid = lesson.botSent || lesson.bot === null;
  const said: readonly (readonly [who: string, text: string, tone: Tone])[] = [
    [lessons.customer, lesson.question, 'in'],
    [isSaid ? lessons.bot : lessons.botWould, lesson.bot ?? lessons.silent, 'muted'],
    [lessons.person, lesson.owner ?? lessons.nothing, 'plain'],
  ];
  const names = widestOf([lessons.customer, lessons.bot, lessons.botWould, lessons.person]);
  const at = 1 + nth.length + 1 + names + 2;
  return said.flatMap(([who, text, tone], row) =>
    shortened(maskedIn(plainText(text), view.language), width - at - 1, 2, tone).map(
      (part, index): Line => [
        span(` ${padEnd(row === 0 && index === 0 ? nth : '', nth.length)} `, 'bold'),
        span(padEnd(index === 0 ? who : '', names + 2), 'muted'),
        ...part,
      ],
    ),
  );
};

/** The lessons that an edit rests on: what the customer asked, what the bot said, what a person said instead. */
export const lessonsUnder = (view: View, shown: Proposal, numbers: readonly number[], width: number): readonly Line[] =>
  shown.lessons
    .filter(({ number, lesson }) => lesson !== null && numbers.includes(number))
    .flatMap(({ number, lesson }) =>
      lesson === null ? [] : [emptyLine, ...lessonLines(lesson, padStart(String(number), 2), view, width)],
    );

type AskedCase = RehearsalCase & { readonly answer: RehearsedAnswer };

const rehearsalBox = (view: View, { rehearsal, proposal }: Proposal, width: number): readonly Line[] => {
  const title: Line = [span(view.t.proposal.rehearsed, 'bold')];
  if (rehearsal === null && proposal.edits === 0 && !isBeingMade(proposal.state)) return [];
  if (rehearsal === null) {
    const { beingMade, noRehearsal } = view.t.proposal;
    const content = wrapText(isBeingMade(proposal.state) ? beingMade : noRehearsal, width - 4).map((part) =>
      textLine(part, 'muted'),
    );
    return boxed({ title, width, rows: content.length + 2, content });
  }
  const isBad = isBroken(rehearsal);
  const content = [
    ...verdictBars(rehearsal, view, Math.max(8, width - 4 - 18)),
    ...(view.rows < roomyFrom ? [] : [emptyLine]),
    progressLine(rehearsal, view),
    ...factLines([costFact(rehearsal, view)], width - 4, namesFrom),
    ...failedLine(rehearsal, view),
  ];
  // What ended it stands above the edits, with its reason.
  const right: Line = isBad ? emptyLine : [span(stateWord(rehearsal.state, view.language), 'muted')];
  return boxed({ title, right, tone: isBad ? 'bad' : 'faint', width, rows: content.length + 2, content });
};

/** What a person should read before a yes: what is worse, what nothing could judge, then what it is good for. */
const casesToRead = ({ cases }: Proposal): readonly AskedCase[] =>
  (['worse', 'unjudged', 'better'] as const).flatMap((verdict) =>
    cases.filter((one): one is AskedCase => one.answer?.verdict === verdict),
  );

const caseBox = (view: View, { old, question, answer }: AskedCase, title: string, width: number): readonly Line[] => {
  const { lessons } = view.t;
  const inner = width - 4;
  const texts: readonly (readonly [name: string, text: string, tone: Tone])[] = [
    [lessons.customer, question, 'in'],
    [lessons.bot, answerWords(view, old.kind, old.text), 'muted'],
    [lessons.now, answerWords(view, answer.kind, answer.text), 'plain'],
  ];
  const at = widestOf(texts.map(([name]) => name)) + 2;
  const [sign, tone] = rehearsalLooks[answer.verdict];
  const why = [...answer.findings.map((finding) => findingWords(finding, view.language)), ...judgedWords(view, answer)];
  const content = [
    ...texts.flatMap(([name, text, textTone]) =>
      shortened(plainText(text), inner - at, view.rows < roomyFrom ? 2 : 4, textTone).map(
        (part, index): Line => [span(padEnd(index === 0 ? name : '', at), 'muted'), ...part],
      ),
    ),
    ...why.flatMap((words) =>
      wrapText(words, inner - 2).map((part, index) => textLine(`${index === 0 ? sign : ' '} ${part}`, tone)),
    ),
  ];
  return boxed({
    title: [span(title, 'bold')],
    right: [span(`${sign} ${verdictWord(answer.verdict, answer.verdictReason, view.language)}`, tone)],
    tone: answer.verdict === 'worse' ? 'bad' : 'faint',
    width,
    rows: content.length + 2,
    content,
  });
};

const proposalBox = (view: View, { proposal }: Proposal, width: number): readonly Line[] => {
  const { fact, asked, itself } = view.t.proposal;
  const facts: readonly Fact[] = [
    [fact.changes, view.t.chats.promptVersion(proposal.baseVersion)],
    [fact.asked, asked[proposal.isNightly ? 'night' : 'person']],
    [fact.asking, smallDollars(proposal.costUsd, view.language)],
  ];
  const content = factLines(facts, width - 4, namesFrom);
  return boxed({ title: [span(itself, 'bold')], width, rows: content.length + 2, content });
};

/** At most `rows` rows: a box that does not fit whole gives way to the next, so that none is cut. */
export const evidenceColumn = (view: View, shown: Proposal, width: number, rows: number): readonly Line[] => {
  const { readFirst, readNext } = view.t.proposal;
  const [first, ...rest] = casesToRead(shown);
  const boxes = [
    rehearsalBox(view, shown, width),
    ...(first === undefined ? [] : [caseBox(view, first, readFirst, width)]),
    proposalBox(view, shown, width),
    ...rest.map((one) => caseBox(view, one, readNext, width)),
  ];
  const lines: Line[] = [];
  for (const box of boxes) if (lines.length + box.length <= rows) lines.push(...box);
  return lines;
};

import { plainText } from '../../../src/session/plain-text.ts';
import { type DiffLine, isBeingMade, type Proposal } from '../../../src/session/proposal.ts';
import type { RehearsedAnswer } from '../../../src/session/rehearsal.ts';
import { maskedIn } from '../../../src/words/mask-words.ts';
import {
  lessonsOfWords,
  proposalStateWord,
  refusedWords,
  rehearsedWords,
  restsOnWords,
} from '../../../src/words/proposal-words.ts';
import { sideBySide } from '../../paint/box.ts';
import { cutLine, emptyLine, type Line, span, textLine, wrapText } from '../../paint/line.ts';
import { atRight, titledRule } from '../../paint/overlaid.ts';
import type { Tone } from '../../paint/tone.ts';
import { readOnMark } from '../read-on.ts';
import { casesTried } from '../rehearsal/verdict-bars.ts';
import type { Pane } from '../screen-head.ts';
import type { View } from '../view.ts';
import { evidenceColumn, evidenceWidth, lessonsUnder } from './proposal-evidence.ts';

/** A proposed change of the instructions on the screen: how it stands, its edits as a diff, and which of its three sides is shown. */

export const proposalPanes = ['changes', 'lessons', 'rehearsal'] as const;
export type ProposalPane = (typeof proposalPanes)[number];

/** Its sides, and what each holds. */
export const panesOf = (view: View, { changes, lessons, rehearsal }: Proposal): readonly Pane[] => {
  const counts: Readonly<Record<ProposalPane, string>> = {
    changes: String(changes.length),
    lessons: String(lessons.length),
    rehearsal: rehearsal === null ? '0' : `${casesTried(rehearsal)}/${rehearsal.total}`,
  };
  return proposalPanes.map((pane) => ({ name: view.t.proposal.pane[pane], count: counts[pane] }));
};

const lowRows = 16;

const stateTone = ({ proposal: { state, isStale } }: Proposal): Tone => {
  if (isStale || state === 'failed' || state === 'budget') return 'bad+';
  return state === 'waiting' ? 'warn+' : 'bold';
};

const whyOf = ({ proposal, rehearsal }: Proposal, view: View): string => {
  if (proposal.reason !== null) return view.t.said(plainText(proposal.reason));
  // What ended its rehearsal is said with it.
  return rehearsal?.reason == null ? '' : view.t.said(plainText(rehearsal.reason));
};

/** How it stands, what it rests on, and what its rehearsal says; `isTold`: the last stands beside the edits. */
export const proposalHead = (view: View, shown: Proposal, isTold: boolean): readonly Line[] => {
  const { proposal, changedChats, rehearsal } = shown;
  const width = view.columns - 1;
  const when = view.calendar.when(proposal.startedAt, view.now);
  const why = whyOf(shown, view);
  const state: Line = [
    span(` ${proposalStateWord(proposal, view.language)}`, stateTone(shown)),
    span(`  ${when}  ${plainText(proposal.model)}`, 'muted'),
  ];
  const rows: readonly Line[] = [
    state,
    ...(why === '' ? [] : wrapText(why, width - 2).map((part): Line => [span(` ${part}`, 'warn')])),
    ...(proposal.edits === 0 ? [] : [textLine(` ${restsOnWords(proposal.lessons, changedChats, view.language)}`)]),
    ...(isTold || proposal.edits === 0 || isBeingMade(proposal.state)
      ? []
      : [
          textLine(
            ` ${rehearsedWords(rehearsal, view.language)}`,
            (rehearsal?.counts.worse ?? 0) > 0 ? 'warn' : 'plain',
          ),
        ]),
  ];
  const shortened = view.rows < lowRows ? rows.slice(0, 1) : rows;
  return shortened.map((line) => cutLine(line, width));
};

const tones: Readonly<Record<DiffLine['sign'], Tone>> = { '+': 'ok', '-': 'bad', ' ': 'muted' };

const diffLines = ({ sign, text }: DiffLine, width: number): readonly Line[] =>
  wrapText(plainText(text), width - 4).map((part) => [span(` ${sign} `, tones[sign]), span(part, tones[sign])]);

/** All edits one below the other, in a wide window with what people said under each; long ones are scrolled through. */
export const changeLines = (view: View, shown: Proposal): readonly Line[] => {
  const { changes, proposal } = shown;
  const side = evidenceWidth(view);
  const width = view.columns - 1 - (side === 0 ? 0 : side + 1);
  const none = changes.length === 0 && !isBeingMade(proposal.state) ? view.t.proposal.noChanges : null;
  return [
    ...(none === null ? [] : wrapText(none, width - 2).map((part) => textLine(` ${part}`))),
    ...(isBeingMade(proposal.state) && changes.length === 0
      ? [textLine(` ${view.t.proposal.beingMade}`, 'muted')]
      : []),
    ...changes.flatMap(({ reason, lessons, lines }, index): readonly Line[] => [
      titledRule(
        [
          span(view.t.lessons.nthOf(index + 1, String(changes.length)), 'bold'),
          span(`  ${lessonsOfWords(lessons, view.language)}`, 'muted'),
        ],
        width,
      ),
      ...wrapText(maskedIn(plainText(reason), view.language), width - 2).map((part) => textLine(` ${part}`)),
      ...lines.flatMap((line) => diffLines(line, width)),
      ...(side === 0 ? [] : lessonsUnder(view, shown, lessons, width)),
      emptyLine,
    ]),
    ...refusedWords(proposal.refused, view.language).flatMap((words) =>
      wrapText(words, width - 2).map((part) => textLine(` ${part}`, 'muted')),
    ),
  ].map((line) => cutLine(line, width));
};

/** Rows of the edits that are seen at once: where they are more, the last row says so. */
const seenRows = (all: number, rows: number): number => (all <= rows ? rows : Math.max(1, rows - 1));

/** How many rows the edits can begin at. */
export const changeSteps = (edits: readonly Line[], rows: number): number =>
  Math.max(1, edits.length - seenRows(edits.length, rows) + 1);

/** At most as many rows as the body has: the edits from `top` on, and what there is to weigh beside them. */
export const changesBody = (
  view: View,
  shown: Proposal,
  all: readonly Line[],
  top: number,
  rows: number,
): readonly Line[] => {
  const side = evidenceWidth(view);
  const width = view.columns - 1 - (side === 0 ? 0 : side + 1);
  const seen = seenRows(all.length, rows);
  const mark = readOnMark(top, seen, all.length, 'j k');
  const edits = [...all.slice(top, top + seen), ...(seen < rows && mark.length > 0 ? [atRight(mark, width - 1)] : [])];
  if (side === 0) return edits;
  return sideBySide([
    { width, lines: edits },
    { width: side, lines: evidenceColumn(view, shown, side, rows) },
  ]);
};

/** What the bot would say now to what a lesson was about; by the lesson's id. */
export const answersNow = ({ lessons, cases }: Proposal): ReadonlyMap<string, RehearsedAnswer> => {
  const byId = new Map(cases.map((one) => [one.id, one.answer]));
  return new Map(
    lessons.flatMap(({ lesson, caseId }) => {
      const answer = caseId === null ? null : (byId.get(caseId) ?? null);
      return lesson === null || answer === null ? [] : [[lesson.id, answer] as const];
    }),
  );
};

/** Before there is one: what a proposal is, and how it is asked for. */
export const noProposal = (view: View, name: string, isKnown: boolean): readonly Line[] => {
  const { proposal, why } = view.t;
  if (!isKnown) return [emptyLine, textLine(` ${why.loading}`, 'muted')];
  return [
    emptyLine,
    ...proposal.none(name).flatMap((text) => wrapText(text, view.columns - 3).map((part) => textLine(` ${part}`))),
  ];
};

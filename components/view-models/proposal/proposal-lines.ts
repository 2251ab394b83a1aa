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
import { cutLine, emptyLine, type Line, span, textLine, wrapText } from '../../paint/line.ts';
import { titledRule } from '../../paint/overlaid.ts';
import type { Tone } from '../../paint/tone.ts';
import type { Pane } from '../screen-head.ts';
import type { View } from '../view.ts';

/** A proposed change of the instructions on the screen: how it stands, its edits as a diff, and which of its three sides is shown. */

export const proposalPanes = ['changes', 'lessons', 'rehearsal'] as const;
export type ProposalPane = (typeof proposalPanes)[number];

/** Its sides, and what each holds. */
export const panesOf = (view: View, { changes, lessons, rehearsal }: Proposal): readonly Pane[] => {
  const counts: Readonly<Record<ProposalPane, string>> = {
    changes: String(changes.length),
    lessons: String(lessons.length),
    rehearsal: rehearsal === null ? '0' : `${rehearsal.asked}/${rehearsal.total}`,
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

/** How it stands, what it rests on, and what its rehearsal says. */
export const proposalHead = (view: View, shown: Proposal): readonly Line[] => {
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
    ...(proposal.edits === 0 || isBeingMade(proposal.state)
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

/** All edits one below the other; long ones are scrolled through. */
export const changeLines = (view: View, { changes, proposal }: Proposal): readonly Line[] => {
  const width = view.columns - 1;
  const none = changes.length === 0 && !isBeingMade(proposal.state) ? view.t.proposal.noChanges : null;
  const refused = refusedWords(proposal.refused, view.language);
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
      emptyLine,
    ]),
    ...refused.flatMap((words) => wrapText(words, width - 2).map((part) => textLine(` ${part}`, 'muted'))),
  ].map((line) => cutLine(line, width));
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

import { type ReactNode, useState } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { isBeingMade, type Proposal } from '../../src/session/proposal.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { layer, useActions } from '../hooks/use-keys.ts';
import { useList } from '../hooks/use-list.ts';
import { useQuery } from '../hooks/use-query.ts';
import { useSideways } from '../hooks/use-sideways.ts';
import { emptyLine, fillRows, type Line, textLine } from '../paint/line.ts';
import { placeFoot } from '../view-models/footer.ts';
import { bodyRows, framed, type Parts } from '../view-models/frame.ts';
import { lessonsBody } from '../view-models/lessons.ts';
import { evidenceWidth } from '../view-models/proposal/proposal-evidence.ts';
import {
  answersNow,
  changeLines,
  changeSteps,
  changesBody,
  noProposal,
  type ProposalPane,
  panesOf,
  proposalHead,
  proposalPanes,
} from '../view-models/proposal/proposal-lines.ts';
import type { ReadOn } from '../view-models/read-on.ts';
import { caseRows, rehearsalBody } from '../view-models/rehearsal/rehearsal-lines.ts';
import { aboutLines, paneRows, placeHead, sessionHeadRow } from '../view-models/screen-head.ts';
import { toastLine } from '../view-models/toast.ts';
import { sessionById, type View } from '../view-models/view.ts';
import { Lines } from '../widgets/lines.tsx';

const lookEvery = 2000;
/** One that is soon made, or ends without a change, is over before anybody sees it being made. */
const lookWhileNoneIsMade = 5000;
/** A lesson takes about so many rows. */
const rowsEach = 7;

/** Keys that would do nothing now. */
const withoutKeys = (shown: Proposal | null): readonly string[] => {
  const state = shown?.proposal.state;
  const waits = state === 'waiting';
  const canGoOn = waits && shown?.rehearsal != null && shown.rehearsal.state !== 'done';
  return [
    ...(waits && shown?.proposal.isStale === false ? [] : ['publish-proposal']),
    ...(waits || (state !== undefined && isBeingMade(state)) ? [] : ['drop-proposal']),
    ...(canGoOn ? [] : ['resume-proposal']),
    ...(shown === null ? ['next-pane'] : []),
  ];
};

interface Side {
  readonly total: number;
  /** Rows of what the cursor moves through: for the keys that move by half a page. */
  readonly rows: number;
  readonly body: (list: { readonly cursor: number; readonly top: number }, readOn: ReadOn) => readonly Line[];
}

/** One of its three sides in a body of so many rows. */
const sideOf = (view: View, shown: Proposal, pane: ProposalPane, height: number): Side => {
  if (pane === 'changes') {
    const edits = changeLines(view, shown);
    return {
      total: changeSteps(edits, height),
      rows: height,
      body: ({ cursor }) => changesBody(view, shown, edits, cursor, height),
    };
  }
  if (pane === 'lessons') {
    const lessons = shown.lessons.flatMap(({ lesson }) => lesson ?? []);
    const now = answersNow(shown);
    return {
      total: lessons.length,
      rows: Math.max(1, Math.floor(height / rowsEach)),
      body: ({ cursor }) => lessonsBody(lessons, view, { cursor, rows: height, more: false, now }),
    };
  }
  const { rehearsal, cases } = shown;
  const rows = caseRows(cases.length, height);
  return {
    total: cases.length,
    rows,
    body: ({ cursor, top }, readOn) =>
      rehearsal === null
        ? [
            textLine(
              ` ${isBeingMade(shown.proposal.state) ? view.t.proposal.beingMade : view.t.proposal.noRehearsal}`,
              'muted',
            ),
          ]
        : rehearsalBody(view, rehearsal, { cases, top, rows, cursor, readOn }, height),
  };
};

const lessonUnder = (shown: Proposal, cursor: number, name: string, reload: () => void) => {
  const lesson = shown.lessons.flatMap(({ lesson: one }) => one ?? [])[cursor];
  return { name, lesson, now: lesson === undefined ? undefined : answersNow(shown).get(lesson.id), reload };
};

const noSide: Side = { total: 0, rows: 1, body: () => [] };

const ProposalOf = ({ row }: { readonly row: SessionRow }): ReactNode => {
  const view = useView();
  const act = useDo();
  const status = useStatusLine();
  const [pane, setPane] = useState<ProposalPane>('changes');
  const isMade = view.snapshot.jobs.some(({ kind, session }) => kind === 'proposal' && session === row.name);
  const { data, error, reload } = useQuery(
    `proposal ${row.name} ${row.proposals ?? 0}`,
    () => act.request('proposal', { name: row.name }),
    isMade ? lookEvery : lookWhileNoneIsMade,
  );
  const shown = data?.proposal ?? null;
  const { place, about } = view.t.proposal;
  const head =
    shown === null
      ? placeHead(row, view, { place, about: aboutLines(about) })
      : [
          sessionHeadRow(row, view, view.columns < 60 ? emptyLine : null, place),
          ...paneRows(view, panesOf(view, shown), proposalPanes.indexOf(pane)),
          ...proposalHead(view, shown, pane === 'changes' && evidenceWidth(view) > 0),
        ];
  const parts: Parts = {
    head: [...head, ...(shown === null || view.rows < 20 ? [] : [emptyLine])],
    status: status ?? (error === null ? null : toastLine('bad', error, view.columns)),
    foot: placeFoot(view, { name: 'proposal', without: withoutKeys(shown), own: ['next-pane'] }),
  };
  const height = bodyRows(view, parts);
  const side = shown === null ? noSide : sideOf(view, shown, pane, height);
  const list = useList(side.total, side.rows);
  const sideways = useSideways(`${shown?.proposal.id} ${pane} ${list.cursor}`);
  const toPane = (step: 1 | -1) => () => {
    if (shown === null) return false;
    const next = (proposalPanes.indexOf(pane) + step + proposalPanes.length) % proposalPanes.length;
    setPane(proposalPanes[next] ?? 'changes');
    list.set(0);
    return true;
  };
  useActions(
    ['proposal'],
    { ...list.handlers, ...sideways.handlers, 'next-pane': toPane(1), 'previous-pane': toPane(-1) },
    {
      priority: layer.screen + 1,
      offers: {
        proposal: { name: row.name, proposal: shown, reload },
        ...(shown === null || pane !== 'lessons' ? {} : { lesson: lessonUnder(shown, list.cursor, row.name, reload) }),
        sessions: { one: row, many: [row] },
      },
    },
  );

  const body =
    shown === null ? noProposal(view, row.name, data !== null || error !== null) : side.body(list, sideways.readOn);
  return <Lines lines={framed(view, parts, body)} theme={view.theme} />;
};

/** A change of the instructions that waits for a person. Leaving it leaves everything as it was. */
export const ProposalScreen = ({ id }: { readonly id: string }): ReactNode => {
  const view = useView();
  const row = sessionById(view, id);
  if (row === null)
    return <Lines lines={fillRows([textLine(` ${view.t.session.gone}`)], view.rows)} theme={view.theme} />;
  return <ProposalOf row={row} />;
};

import { type ReactNode, useState } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { useActions } from '../hooks/use-keys.ts';
import { useList } from '../hooks/use-list.ts';
import { useQuery } from '../hooks/use-query.ts';
import { emptyLine, textLine } from '../paint/line.ts';
import { toolTexts } from '../texts/tool-texts.ts';
import { placeFoot } from '../view-models/footer.ts';
import { bodyRows, framed, type Parts } from '../view-models/frame.ts';
import { type KnowledgePane, type Known, knowledgeBody, knowledgeHeights } from '../view-models/places/knowledge.ts';
import { countLine, proseLines } from '../view-models/places/place-lines.ts';
import { aboutLines, placeHead } from '../view-models/screen-head.ts';
import { toastLine } from '../view-models/toast.ts';
import { Lines } from '../widgets/lines.tsx';

const lookEvery = 5000;
/** More than a person writes down at once; the shell reads on. */
const mostGaps = 100;

const nothing: Known = { files: [], gaps: [], meaning: null };

/** What a session knows from files, and what was asked in vain. Loaded when it is opened (lazy-screen.tsx). */
export const KnowledgeScreen = ({ row }: { readonly row: SessionRow }): ReactNode => {
  const view = useView();
  const act = useDo();
  const status = useStatusLine();
  const [chosen, setPane] = useState<KnowledgePane>('files');
  const { name } = row;
  const { data, error, reload } = useQuery(
    `knowledge ${name}`,
    async (): Promise<Known> => {
      const [{ files, meaning }, { gaps }] = await Promise.all([
        act.request('knowledge', { name }),
        act.request('knowledgeGaps', { name, limit: mostGaps }),
      ]);
      // A server of before says nothing of it.
      return { files, gaps, meaning: meaning ?? null };
    },
    lookEvery,
  );
  const known = data ?? nothing;
  const isEmpty = known.files.length === 0 && known.gaps.length === 0;
  const pane: KnowledgePane = known.files.length === 0 ? 'gaps' : known.gaps.length === 0 ? 'files' : chosen;
  const { knowledge: words } = toolTexts(view.language);
  const onFile = !isEmpty && pane === 'files';
  const without = [
    ...(onFile ? [] : ['open', 'remove-one']),
    ...(known.files.length === 0 ? ['search-knowledge'] : []),
    ...(known.files.length === 0 || known.gaps.length === 0 ? ['next-pane'] : []),
  ];
  const foot = (lead: string) =>
    placeFoot(view, { name: 'knowledge', without, lead, own: ['add-one', 'search-knowledge', 'next-pane'] });
  const partsWith = (lead: string): Parts => ({
    head: placeHead(row, view, {
      place: words.place,
      about: aboutLines(words.about),
      right: isEmpty ? emptyLine : countLine(words.files(known.files.length), 0, view.t),
    }),
    status: status ?? (error === null ? null : toastLine('bad', error, view.columns)),
    foot: foot(lead),
  });
  const height = bodyRows(view, partsWith(''));
  const heights = knowledgeHeights(known, view, height);
  const list = useList(pane === 'files' ? known.files.length : known.gaps.length, heights[pane]);
  const file = pane === 'files' ? known.files[list.cursor] : undefined;
  const turn = (): boolean => {
    setPane(pane === 'files' ? 'gaps' : 'files');
    list.set(0);
    return true;
  };
  useActions(
    ['knowledge'],
    { ...list.handlers, 'next-pane': turn, 'previous-pane': turn },
    { offers: { knowledge: { name, file, reload }, sessions: { one: row, many: [row] } } },
  );

  const empty =
    data === null && error === null
      ? [emptyLine, textLine(` ${view.t.why.loading}`, 'muted')]
      : proseLines(view, words.none(name));
  const { cursor, top } = list;
  const oneMore = { title: words.oneMore, texts: words.none(name).slice(1) };
  const body = isEmpty ? empty : knowledgeBody(view, known, oneMore, { pane, cursor, top, heights }, height);
  return (
    <Lines lines={framed(view, partsWith(file === undefined ? '' : plainText(file.name)), body)} theme={view.theme} />
  );
};

import type { FleetResults } from '../../../src/protocol/fleet-api.ts';
import type { FoundPassage, Passage } from '../../../src/session/knowledge.ts';
import { foundWords, placeWords, portugueseFound, portuguesePlace } from '../../../src/session/passage-words.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { toolTexts } from '../../texts/tool-texts.ts';
import type { Context } from '../core/contexts.ts';
import { actor } from '../core/session-requests.ts';

/** What the keys of the screen of knowledge do. */

type OfFile = Context<'knowledge'>;

/** Of a file, as many as are read in a dialog. */
const shownPassages = 40;

const wordsOf = ({ view }: Pick<OfFile, 'view'>) => toolTexts(view.language).knowledge;

const passageLines = (
  { view }: OfFile,
  passages: readonly (Passage & Pick<FoundPassage, 'by'>)[],
  isOneFile: boolean,
): readonly string[] =>
  passages.flatMap((passage) => {
    const by = foundWords(passage.by, view.language === 'pt-BR' ? portugueseFound : undefined);
    const place = placeWords(passage.place, view.language === 'pt-BR' ? portuguesePlace : undefined);
    const head = [isOneFile ? '' : passage.file, place, `#${passage.n}`].filter((part) => part !== '').join(', ');
    return [`${head}${by}:`, ...passage.text.split('\n').map((line) => `  ${line}`)];
  });

/** The program's own command reads it: it brings a file of this machine to whichever master serves the session. */
export const addFile = (context: OfFile): void => {
  const { act, name } = context;
  const words = wordsOf(context);
  act.open({
    kind: 'text',
    title: words.addTitle,
    label: words.addLabel,
    value: '',
    secret: false,
    check: (text) => (text.trim() === '' ? words.empty : null),
    save: async (text) => act.runProgram(['knowledge', 'add', name, '--', text.trim()]),
  });
};

export const showPassages = (context: OfFile): void => {
  const { act, name, file } = context;
  if (file === undefined) return;
  const words = wordsOf(context);
  act.open({
    kind: 'info',
    title: words.passagesTitle(plainText(file.name)),
    load: async () => {
      const asked = { name, file: file.name, limit: shownPassages };
      const { passages, file: now } = await act.request('knowledgeFile', asked);
      const rest = now.passages > passages.length ? [words.ofAll(passages.length, now.passages)] : [];
      return [...passageLines(context, passages, true), ...rest];
    },
    copy: null,
  });
};

const foundLines = (
  context: OfFile,
  { passages, isGap, wordsAlone }: FleetResults['knowledgeSearch'],
): readonly string[] => {
  const words = wordsOf(context);
  const alone = wordsAlone ? [words.wordsAlone(plainText(wordsAlone))] : [];
  if (passages.length === 0) return [words.nothingFits, ...alone];
  return [...passageLines(context, passages, false), ...(isGap ? [words.half] : []), ...alone];
};

export const searchFiles = (context: OfFile): void => {
  const { act, name } = context;
  const words = wordsOf(context);
  act.open({
    kind: 'text',
    title: words.searchTitle,
    label: words.searchLabel,
    value: '',
    secret: false,
    check: (text) => (text.trim() === '' ? words.empty : null),
    save: async (text) =>
      act.run(words.verb.search, text.trim().slice(0, 40), async () => {
        const lines = foundLines(context, await act.request('knowledgeSearch', { name, text }));
        act.open({ kind: 'info', title: words.searchTitle, load: async () => lines, copy: null });
        return null;
      }),
  });
};

export const removeFile = (context: OfFile): void => {
  const { act, name, file, reload } = context;
  if (file === undefined) return;
  const words = wordsOf(context);
  const shown = plainText(file.name);
  act.open({
    kind: 'ask',
    title: words.removeTitle(shown),
    lines: [words.removeWhat],
    targets: [],
    yes: () =>
      act.run(words.verb.remove, shown, async () => {
        await act.request('knowledgeRemove', { name, file: file.name, actor });
        reload();
        return words.removed(shown);
      }),
  });
};

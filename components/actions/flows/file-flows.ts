import { plainText } from '../../../src/session/plain-text.ts';
import { fileTexts } from '../../texts/file-texts.ts';
import type { Context } from '../core/contexts.ts';
import { actor } from '../core/session-requests.ts';

/** What the keys of the screen of files do. */

type OfFile = Context<'file'>;

/** The program's own command reads it: it brings a file of this machine to whichever master serves the session. */
export const addFile = (context: OfFile): void => {
  const { act, name, view } = context;
  const words = fileTexts(view.language);
  const check = (text: string): string | null => (text.trim() === '' ? words.empty : null);
  const describe = (path: string): void =>
    act.open({
      kind: 'text',
      title: words.describeTitle,
      label: words.describeLabel,
      value: '',
      secret: false,
      check,
      save: async (text) => act.runProgram(['files', 'add', name, '--description', text.trim(), '--', path]),
    });
  act.open({
    kind: 'text',
    title: words.addTitle,
    label: words.addLabel,
    value: '',
    secret: false,
    check,
    save: async (text) => describe(text.trim()),
  });
};

export const removeFile = (context: OfFile): void => {
  const { act, name, file, reload, view } = context;
  if (file === undefined) return;
  const words = fileTexts(view.language);
  const shown = plainText(file.fileName);
  act.open({
    kind: 'ask',
    title: words.removeTitle(shown),
    lines: [words.removeWhat],
    targets: [],
    yes: () =>
      act.run(words.verb.remove, shown, async () => {
        await act.request('fileRemove', { name, file: file.name, actor });
        reload();
        return words.removed(shown);
      }),
  });
};

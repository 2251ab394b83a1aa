import { type ComponentType, type ReactNode, useEffect, useState } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { messageOf } from '../../src/session/fleet-error.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { useView } from '../hooks/contexts.ts';
import { emptyLine, fillRows, textLine } from '../paint/line.ts';
import { sessionById } from '../view-models/view.ts';
import { Lines } from '../widgets/lines.tsx';

/** Screens of one session that are read from the disk when they are opened: the first frame pays nothing for them. */

type Screen = ComponentType<{ readonly row: SessionRow }>;

const screens: Readonly<Record<LazyName, () => Promise<Screen>>> = {
  tools: async () => (await import('./tools-screen.tsx')).ToolsScreen,
  knowledge: async () => (await import('./knowledge-screen.tsx')).KnowledgeScreen,
  files: async () => (await import('./files-screen.tsx')).FilesScreen,
  hooks: async () => (await import('./hooks-screen.tsx')).HooksScreen,
};
export type LazyName = 'tools' | 'knowledge' | 'files' | 'hooks';

export const LazyScreen = ({ name, id }: { readonly name: LazyName; readonly id: string }): ReactNode => {
  const view = useView();
  const row = sessionById(view, id);
  const [screen, setScreen] = useState<{ readonly Shown: Screen } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let alive = true;
    screens[name]().then(
      (Shown) => alive && setScreen({ Shown }),
      (error: unknown) => alive && setProblem(plainText(messageOf(error))),
    );
    return () => {
      alive = false;
    };
  }, [name]);

  if (row !== null && screen !== null) return <screen.Shown row={row} />;
  const text = row === null ? view.t.session.gone : (problem ?? view.t.why.loading);
  const lines = [emptyLine, textLine(` ${text}`, problem === null ? 'muted' : 'bad')];
  return <Lines lines={fillRows(lines, view.rows)} theme={view.theme} />;
};

import type { ReactNode } from 'react';
import type { Dialog } from '../../view-models/dialog-kinds.ts';
import { AskDialog } from './ask-dialog.tsx';
import { CreateDialog } from './create-dialog.tsx';
import { InfoDialog } from './info-dialog.tsx';
import { MoveDialog } from './move-dialog.tsx';
import { NameDialog } from './name-dialog.tsx';
import { PairDialog } from './pair-dialog.tsx';
import { ProseDialog } from './prose-dialog.tsx';
import { TextDialog } from './text-dialog.tsx';

/** The open dialog. */
export const DialogHost = ({ dialog }: { readonly dialog: Dialog }): ReactNode => {
  switch (dialog.kind) {
    case 'ask':
      return <AskDialog dialog={dialog} />;
    case 'name':
      return <NameDialog dialog={dialog} />;
    case 'move':
      return <MoveDialog dialog={dialog} />;
    case 'create':
      return <CreateDialog />;
    case 'pair':
      return <PairDialog dialog={dialog} />;
    case 'info':
      return <InfoDialog dialog={dialog} />;
    case 'prose':
      return <ProseDialog dialog={dialog} />;
    case 'text':
      return <TextDialog dialog={dialog} />;
  }
};

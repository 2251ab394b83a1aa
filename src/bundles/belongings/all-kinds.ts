import type { BelongingName } from '../../session/belongings.ts';
import type { BelongingKind } from './belonging-kind.ts';
import { filesKind } from './files-kind.ts';
import { hooksKind } from './hooks-kind.ts';
import { knowledgeKind } from './knowledge-kind.ts';
import { toolsKind } from './tools-kind.ts';

/** Every kind of belongings by its name. */
export const belongingKinds: Readonly<Record<BelongingName, BelongingKind>> = {
  tools: toolsKind,
  knowledge: knowledgeKind,
  files: filesKind,
  hooks: hooksKind,
};

import { personToolName } from '../../src/session/tool.ts';
import type { AiRequest } from './ai-provider.ts';

/** What a brain of the operator's own is asked. A field more is no new version; a field that goes or means something else is. */
const version = 1;

export const questionOf = (
  request: AiRequest,
  how: { readonly turn: string; readonly publicUrl: string | null; readonly isLater: boolean },
): object => {
  const { about, instructions, context, summary, history, material, note, text, timeoutMs, tools } = request;
  const path = about === undefined ? null : `/api/sessions/${about.session}/turns/${how.turn}/answer`;
  return {
    version,
    turn: how.turn,
    // Nothing may be carried out for it: a try, or a mystery customer.
    test: about?.isTest ?? true,
    session: about?.session ?? null,
    customer: about?.customer ?? null,
    text,
    history: history.map(({ role, text: said, at, note: before }) => ({
      role,
      text: said,
      at: at === undefined ? null : new Date(at).toISOString(),
      note: before ?? null,
    })),
    summary,
    instructions,
    context: [context, note ?? ''].filter((line) => line !== '').join('\n'),
    // Quoted from files of the operator.
    knowledge: material ?? null,
    mayHandOver: tools?.some(({ name }) => name === personToolName) ?? false,
    answerWithinMs: timeoutMs,
    // Where an answer that comes later goes, with a token of the API; null: it is not waited for.
    answer:
      !how.isLater || path === null
        ? null
        : { path, url: how.publicUrl === null ? null : how.publicUrl.replace(/\/+$/, '') + path },
  };
};

import type { RehearsalSummary } from '../../session/rehearsal.ts';
import type { StoredProposal } from '../../store/proposal-store.ts';

/** How the event log tells what became of a proposal: without a word of it. */
export const toldOfProposal = (
  { id, state, reason, edits, refused, actor }: StoredProposal,
  rehearsal: RehearsalSummary | null,
): {
  readonly level: 'info' | 'warn';
  readonly kind: string;
  readonly text: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly actor: string;
} => {
  if (state === 'waiting') {
    const figures =
      rehearsal === null
        ? 'nothing could be rehearsed'
        : `${rehearsal.asked} of ${rehearsal.total} rehearsed, ${rehearsal.counts.worse} worse`;
    return {
      level: 'info',
      kind: 'proposal-waits',
      text: `a change of the instructions waits for a person: ${edits.length} ${edits.length === 1 ? 'edit' : 'edits'}; ${figures}`,
      evidence: {
        proposal: id,
        edits: edits.length,
        refused: refused.length,
        asked: rehearsal?.asked ?? null,
        total: rehearsal?.total ?? null,
        worse: rehearsal?.counts.worse ?? null,
      },
      actor,
    };
  }
  return {
    level: state === 'nothing' ? 'info' : 'warn',
    kind: 'proposal-ended',
    text: `no change of the instructions is proposed: ${reason ?? state}`,
    evidence: { proposal: id, reason, refused: refused.length },
    actor,
  };
};

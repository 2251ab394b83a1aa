import type { RehearsalSummary } from '../../session/rehearsal.ts';

/** How the event log tells the end of a rehearsal. */
export const toldOf = (
  { state, reason, asked, failed, total, counts, costUsd }: RehearsalSummary,
  actor: string,
): {
  readonly level: 'info' | 'warn';
  readonly kind: string;
  readonly text: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly actor: string;
} => {
  const result = `${counts.worse} worse, ${counts.better} better, ${counts.same} same, ${counts.unjudged} unjudged`;
  const how = state === 'done' ? `has asked ${asked} turns` : `ended after ${asked} of ${total} turns`;
  return {
    level: state === 'done' || state === 'stopped' ? 'info' : 'warn',
    kind: state === 'done' ? 'rehearsal-done' : 'rehearsal-ended',
    text: `a rehearsal ${how}: ${result}${reason === null ? '' : ` (${reason})`}`,
    evidence: { asked, total, failed, ...counts, reason, costUsd: Number(costUsd.toFixed(4)) },
    actor,
  };
};

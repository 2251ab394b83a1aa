/** Words of the other server that say that a session which was to run is still on its way. */
const onItsWay: ReadonlySet<string> = new Set(['queued', 'starting', 'syncing', 'stopping', 'stopped']);

/**
 * Whether a session has come to stand as it will on the server that it moved to: answering, or not and why. `state`: as its row in Supabase has it,
 * null before that server has said anything. One that was to run is `stopped` there until it is started: the row may be of the stop before
 * the move, or the first word of a server that had it once and left it stopped.
 */
export const hasSettled = ({ isToRun, state }: { readonly isToRun: boolean; readonly state: string | null }): boolean =>
  !isToRun || (state !== null && !onItsWay.has(state));

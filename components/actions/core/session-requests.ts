import type { SessionRow } from '../../../src/protocol/fleet.ts';
import { messageOf } from '../../../src/session/fleet-error.ts';
import { type Target, targetOf } from '../../view-models/dialog-kinds.ts';
import type { Actions } from './actions.ts';
import { called } from './called.ts';

/** How actions ask the door for something: for one session or for several at once, with a question before where one is due. */

/** Who asks, as the event log shows it. */
export const actor = 'you';

/** A session as it was on the screen: the master refuses when it changed meanwhile. */
export const pinned = ({ name, id, revision }: Target) => ({ name, id, revision, actor });

/** As people call them. */
const calledOf = (targets: readonly Target[], act: Actions): string =>
  targets.length === 1 ? called(act, targets[0]?.name ?? '') : act.texts().dialog.sessions(targets.length);

/** One request in the background, with a line when it is asked and one when it is done. */
export const requestOnce = (act: Actions, verb: string, what: string, work: () => Promise<unknown>): true => {
  act.run(verb, what, async () => {
    await work();
    return act.texts().result.done(verb, what);
  });
  return true;
};

/** Runs one request for each target, all at the same time; says how many went well and why the others did not. */
export const requestForEach = <T>(
  act: Actions,
  verb: string,
  targets: readonly Target[],
  work: (target: Target) => Promise<T>,
  /** What is said of the only one that was asked for, instead of "done". */
  saidOf: (result: T) => string | null = () => null,
): void => {
  const t = act.texts();
  act.run(verb, calledOf(targets, act), async () => {
    const results = await Promise.allSettled(targets.map(work));
    const failures = results.filter((result) => result.status === 'rejected');

    const first = failures[0];
    const only = results.length === 1 ? results[0] : undefined;
    if (first === undefined) return only?.status === 'fulfilled' ? saidOf(only.value) : null;
    if (targets.length === 1) throw first.reason;
    throw new Error(t.result.partly(verb, targets.length - failures.length, targets.length, messageOf(first.reason)));
  });
};

/** Does one thing to each target; what it gives back is said at the end, e.g. that a phone still lists the bot. */
export const unlinkForEach = (
  act: Actions,
  verb: string,
  targets: readonly Target[],
  work: (target: Target) => Promise<{ readonly unlinked: boolean }>,
): void => {
  const linked: string[] = [];
  const t = act.texts();
  act.run(verb, calledOf(targets, act), async () => {
    const results = await Promise.allSettled(
      targets.map(async (target) => {
        const { unlinked } = await work(target);
        if (!unlinked && target.verdict !== 'logged_out') linked.push(called(act, target.name));
      }),
    );

    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return linked.length === 0 ? null : t.result.stillLinked(linked.join(', '));
  });
};

const needsAsk = (rows: readonly SessionRow[]): boolean =>
  rows.length > 1 || rows.some(({ state }) => state === 'connected' || state === 'syncing');

export interface Question {
  readonly verb: string;
  /** What it means for the bot. */
  readonly what: string;
  /** Also for a single session that is not connected. */
  readonly always?: boolean;
  /** Of its frame, where no bot stops. */
  readonly tone?: 'accent';
}

/** Asks y or n where a connected session or several are meant, then requests it for each of them. */
export const askThenRequest = (
  act: Actions,
  rows: readonly SessionRow[],
  { verb, what, always = false, tone }: Question,
  work: (target: Target) => Promise<unknown>,
): void => {
  const targets = rows.map(targetOf);
  if (targets.length === 0) return;

  const yes = () => requestForEach(act, verb, targets, work);
  if (!always && !needsAsk(rows)) {
    yes();
    return;
  }

  act.open({
    kind: 'ask',
    title: act.texts().dialog.askTitle(verb, calledOf(targets, act)),
    lines: [what],
    targets,
    yes,
    ...(tone === undefined ? {} : { tone }),
  });
};

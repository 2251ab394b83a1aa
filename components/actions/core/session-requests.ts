import type { SessionRow } from '../../../src/protocol/fleet.ts';
import { messageOf } from '../../../src/session/fleet-error.ts';
import { isBroughtUp } from '../../../src/session/session-state.ts';
import { type Target, targetOf } from '../../view-models/dialog-kinds.ts';
import { reasonText } from '../../view-models/told.ts';
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

interface Miss {
  readonly target: Target;
  readonly problem: string;
}

/** Those whose request came to something else than was asked for, and why. */
const missesOf = <T>(
  targets: readonly Target[],
  results: readonly PromiseSettledResult<T>[],
  problemOf: (result: T) => string | null,
): readonly Miss[] =>
  targets.flatMap((target, index) => {
    const result = results[index];
    if (result === undefined) return [];
    const problem = result.status === 'rejected' ? messageOf(result.reason) : problemOf(result.value);
    return problem === null ? [] : [{ target, problem }];
  });

/** Of several: how many went well, which one did not and why, and how many more did not. */
const refusalOfSome = (act: Actions, targets: readonly Target[], misses: readonly Miss[], first: Miss): Error => {
  const { target, problem } = first;
  if (targets.length === 1) return new Error(problem);
  const isNamed = problem.includes(target.name);
  const why = isNamed ? problem : `${called(act, target.name)}: ${problem}`;
  const others = misses.length - 1;
  const told = others === 0 ? why : why.replace(/\.$/, '');
  return new Error(act.texts().result.partly(targets.length - misses.length, targets.length, told, others));
};

interface ToldOfEach<T> {
  /** What is said of the only one that was asked for, instead of "done". */
  readonly saidOf?: (result: T) => string | null;
  /** Why it is not as it was to be, though nothing was refused. */
  readonly problemOf?: (result: T) => string | null;
}

const nothing = (): null => null;

/** Runs one request for each target, all at the same time; says how many went well and why the others did not. */
export const requestForEach = <T>(
  act: Actions,
  verb: string,
  targets: readonly Target[],
  work: (target: Target) => Promise<T>,
  { saidOf = nothing, problemOf = nothing }: ToldOfEach<T> = {},
): void =>
  act.run(verb, calledOf(targets, act), async () => {
    const results = await Promise.allSettled(targets.map(work));
    const misses = missesOf(targets, results, problemOf);
    const [first] = misses;
    if (first !== undefined) throw refusalOfSome(act, targets, misses, first);

    const only = results.length === 1 ? results[0] : undefined;
    return only?.status === 'fulfilled' ? saidOf(only.value) : null;
  });

/** Of a session that was started: that it came up to nothing, and why. */
export const notUp =
  (act: Actions) =>
  ({ row }: { readonly row: SessionRow }): string | null => {
    if (isBroughtUp(row.state)) return null;
    const t = act.texts();
    const reason = reasonText(t, 'reason', row.reasonCode, row.reason);
    return `${t.verdict[row.verdict]}${reason === '' ? '' : ` (${reason})`}`;
  };

/** Does one thing to each target; what it gives back is said at the end, e.g. that a phone still lists the bot. */
export const unlinkForEach = (
  act: Actions,
  verb: string,
  targets: readonly Target[],
  work: (target: Target) => Promise<{ readonly unlinked: boolean }>,
): void => {
  const linked: string[] = [];
  act.run(verb, calledOf(targets, act), async () => {
    const results = await Promise.allSettled(
      targets.map(async (target) => {
        const { unlinked } = await work(target);
        if (!unlinked && target.verdict !== 'logged_out') linked.push(called(act, target.name));
      }),
    );

    const misses = missesOf(targets, results, nothing);
    const [first] = misses;
    if (first !== undefined) throw refusalOfSome(act, targets, misses, first);
    return linked.length === 0 ? null : act.texts().result.stillLinked(linked.join(', '));
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
export const askThenRequest = <T>(
  act: Actions,
  rows: readonly SessionRow[],
  { verb, what, always = false, tone }: Question,
  work: (target: Target) => Promise<T>,
  told: ToldOfEach<T> = {},
): void => {
  const targets = rows.map(targetOf);
  if (targets.length === 0) return;

  const yes = () => requestForEach(act, verb, targets, work, told);
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

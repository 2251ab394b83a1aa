import type { SessionRow } from '../../src/protocol/fleet.ts';
import { messageOf } from '../../src/session/fleet-error.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { age, countdown } from '../paint/format.ts';
import { type Target, targetOf } from '../view-models/dialog-kinds.ts';
import { aiReasonOf, detailCell, reasonOf } from '../view-models/session-cells.ts';
import { eventText } from '../view-models/told.ts';
import { turnLines } from '../view-models/turns.ts';
import type { View } from '../view-models/view.ts';
import type { Actions } from './core/actions.ts';

/** What keys and commands do to sessions: one place for the fleet table, the session's screen and the command line. */

const label = (targets: readonly Target[], act: Actions): string =>
  targets.length === 1 ? (targets[0]?.name ?? '') : act.texts().dialog.sessions(targets.length);

/** Runs one request for each target, all at the same time; says how many went well and why the others did not. */
const forEach = (
  act: Actions,
  verb: string,
  targets: readonly Target[],
  work: (target: Target) => Promise<unknown>,
): void => {
  const t = act.texts();
  act.run(verb, label(targets, act), async () => {
    const results = await Promise.allSettled(targets.map(work));
    const failures = results.filter((result) => result.status === 'rejected');
    const first = failures[0];
    if (first === undefined) return null;
    if (targets.length === 1) throw first.reason;
    throw new Error(t.result.partly(verb, targets.length - failures.length, targets.length, messageOf(first.reason)));
  });
};

const actor = 'you';
const pin = ({ name, id, revision }: Target) => ({ name, id, revision, actor });

const needsAsk = (rows: readonly SessionRow[]): boolean =>
  rows.length > 1 || rows.some(({ state }) => state === 'connected' || state === 'syncing');

const waitsForPerson: ReadonlySet<SessionRow['verdict']> = new Set([
  'scan_qr',
  'enter_code',
  'logged_out',
  'qr_closed',
]);

export const startSessions = (act: Actions, rows: readonly SessionRow[]): void => {
  const t = act.texts();
  const able = rows.filter(({ verdict }) => verdict !== 'banned');
  if (able.length === 0) return;
  const codes = able.every(({ verdict }) => waitsForPerson.has(verdict));
  forEach(act, codes ? t.verb.newCodes : t.verb.start, able.map(targetOf), (target) =>
    waitsForPerson.has(target.verdict)
      ? act.request('newCodes', { name: target.name, actor })
      : act.request('start', pin(target)),
  );
};

const asking = (
  act: Actions,
  rows: readonly SessionRow[],
  verb: string,
  what: string,
  work: (target: Target) => Promise<unknown>,
  always = false,
): void => {
  const targets = rows.map(targetOf);
  if (targets.length === 0) return;
  const yes = () => forEach(act, verb, targets, work);
  if (!always && !needsAsk(rows)) {
    yes();
    return;
  }
  act.open({
    kind: 'ask',
    title: act.texts().dialog.askTitle(verb, label(targets, act)),
    lines: [what],
    targets,
    yes,
  });
};

export const stopSessions = (act: Actions, rows: readonly SessionRow[]): void => {
  const t = act.texts();
  asking(act, rows, t.verb.stop, t.dialog.stopWhat, (target) => act.request('stop', pin(target)));
};

export const restartSessions = (act: Actions, rows: readonly SessionRow[]): void => {
  const t = act.texts();
  asking(act, rows, t.verb.restart, t.dialog.restartWhat, (target) => act.request('restart', pin(target)));
};

/** Pauses what answers; resumes what is paused; in watch mode goes live. */
export const pauseSessions = (act: Actions, rows: readonly SessionRow[]): void => {
  const t = act.texts();
  const answering = rows.filter(({ replies }) => replies === 'on');
  if (answering.length > 0) {
    asking(act, answering, t.verb.pause, t.dialog.pauseWhat, ({ name }) => act.request('pause', { name, actor }));
    return;
  }
  const drafting = rows.some(({ replies }) => replies === 'draft');
  asking(
    act,
    rows,
    t.verb.resume,
    drafting ? t.dialog.goLive : t.dialog.resumeWhat,
    ({ name, id }) =>
      rows.find((row) => row.id === id)?.replies === 'draft'
        ? act.request('watch', { name, on: false, actor })
        : act.request('resume', { name, actor }),
    drafting,
  );
};

export const askByName = (act: Actions, action: 'delete' | 'logout', rows: readonly SessionRow[]): void => {
  if (rows.length > 0) act.open({ kind: 'name', action, targets: rows.map(targetOf) });
};

/** Does one thing to each target; what it gives back is said at the end, e.g. that a phone still lists the bot. */
const forEachNamed = (
  act: Actions,
  verb: string,
  targets: readonly Target[],
  work: (target: Target) => Promise<{ readonly unlinked: boolean }>,
): void => {
  const linked: string[] = [];
  const t = act.texts();
  act.run(verb, label(targets, act), async () => {
    const results = await Promise.allSettled(
      targets.map(async (target) => {
        const { unlinked } = await work(target);
        if (!unlinked && target.verdict !== 'logged_out') linked.push(target.name);
      }),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return linked.length === 0 ? null : t.result.stillLinked(linked.join(', '));
  });
};

export const deleteSessions = (act: Actions, targets: readonly Target[], purge: boolean): void =>
  forEachNamed(act, act.texts().verb.delete, targets, (target) => act.request('delete', { ...pin(target), purge }));

export const logoutSessions = (act: Actions, targets: readonly Target[]): void =>
  forEachNamed(act, act.texts().verb.logout, targets, (target) => act.request('logout', pin(target)));

export const pairSession = (act: Actions, row: SessionRow): void =>
  act.open({ kind: 'pair', target: targetOf(row), phone: row.expectedPhone ?? '' });

export const linkSession = (act: Actions, row: SessionRow): void => {
  const t = act.texts();
  act.run(t.foot.link.long, row.name, async () => {
    const { url, expiresAt } = await act.request('link', { name: row.name, actor });
    act.copy(url, t.foot.link.long);
    const left = countdown(expiresAt - act.clock());
    act.open({
      kind: 'info',
      title: t.dialog.linkTitle(row.name),
      load: async () => [t.dialog.linkWhat, '', url, '', t.dialog.linkUntil(left), t.dialog.linkTurns],
      copy: url,
    });
    return t.result.linkCopied(url, left);
  });
};

export const checkSession = (act: Actions, row: SessionRow): void =>
  act.open({
    kind: 'info',
    title: act.texts().dialog.checkTitle(row.name),
    load: async () => (await act.request('check', { name: row.name })).words,
    copy: null,
  });

/** Why a session is as it is: its state in words, its last events and answers. */
export const whySession = (act: Actions, row: SessionRow, view: View): void => {
  const { t, now, calendar } = view;
  const state = [
    `${t.verdict[row.verdict]}  ${t.why.since(calendar.when(row.since, now), age(now - row.since))}`,
    detailCell(row, view, true),
    ...(reasonOf(row, view) === '' ? [] : [`${t.why.reason}: ${reasonOf(row, view)}`]),
    ...(row.reasonCode === null ? [] : [`${t.why.code}: ${plainText(row.reasonCode)}`]),
    t.why.desired(row.desiredState),
    ...(row.ai.reason === null
      ? []
      : [
          `${t.why.ai}: ${aiReasonOf(row, view)}`,
          ...(aiReasonOf(row, view) === plainText(row.ai.reason) ? [] : [`   ${plainText(row.ai.reason)}`]),
        ]),
    ...(row.nextTryAt !== null && row.nextTryAt > now ? [t.why.nextTry(countdown(row.nextTryAt - now))] : []),
    t.why.restarts(row.restarts),
  ];
  act.open({
    kind: 'info',
    title: t.dialog.whyTitle(row.name),
    copy: null,
    load: async () => {
      const [{ events }, { turns }] = await Promise.all([
        act.request('events', { name: row.name, limit: 12 }),
        act.request('why', { name: row.name, limit: 3 }),
      ]);
      return [
        ...state,
        '',
        `-- ${t.why.last} --`,
        ...events.map((event) => `${calendar.when(event.at, now)}  ${eventText(event, view)}`),
        ...(turns.length === 0 ? [] : ['', `-- ${t.why.turns} --`, ...turns.flatMap((turn) => turnLines(turn, view))]),
      ];
    },
  });
};

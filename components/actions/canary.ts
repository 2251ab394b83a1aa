import type { FleetApi } from '../../src/protocol/fleet-api.ts';
import { usualShare } from '../../src/session/canary.ts';
import { at } from '../keys/footers.ts';
import type { View } from '../view-models/view.ts';
import { defineAction } from './core/action.ts';
import type { Actions } from './core/actions.ts';
import { called } from './core/called.ts';
import type { Context } from './core/contexts.ts';
import { onFirstNamed } from './core/named-sessions.ts';
import { actor } from './core/session-requests.ts';

/** A change for a part of the chats: begun among the instructions or from a rehearsal, decided on its screen. */

const show = (act: Actions, view: View, name: string): void => {
  const row = view.snapshot.sessions.find((one) => one.name === name);
  if (row !== undefined) act.go({ screen: 'canary', id: row.id });
};

const isUnderWay = (view: View, name: string): boolean =>
  view.snapshot.sessions.some((row) => row.name === name && row.canary != null);

type Tried = Pick<
  FleetApi['canaryStart']['params'],
  'name' | 'instructions' | 'version' | 'model' | 'settings' | 'baseVersion'
>;

const askThenBegin = (act: Actions, view: View, tried: Tried): void => {
  const { canary } = view.t;
  act.open({
    kind: 'ask',
    title: canary.askTitle(called(act, tried.name)),
    tone: 'accent',
    lines: [canary.askWhat(usualShare), canary.askBack],
    targets: [],
    yes: () =>
      act.run(view.t.foot.canary.long, called(act, tried.name), async () => {
        await act.request('canaryStart', { ...tried, actor });
        show(act, view, tried.name);
        return canary.begun;
      }),
  });
};

/** The version under the cursor; of the one in use what the person makes of it in the editor. */
const tryInstructions = ({ act, view, name, version }: Context<'instructions'>): void => {
  if (isUnderWay(view, name)) {
    show(act, view, name);
    return;
  }
  if (version !== undefined && !version.isCurrent) {
    askThenBegin(act, view, { name, version: version.version });
    return;
  }
  act.run(view.t.foot.canary.long, called(act, name), async () => {
    const edited = await act.editText(version?.text ?? '', '.md');
    if (edited === null) return view.t.prompt.unchanged;
    askThenBegin(act, view, { name, instructions: edited });
    return null;
  });
};

/** What was rehearsed. */
const tryRehearsed = ({ act, view, name, rehearsal }: Context<'rehearsal'>): void => {
  if (isUnderWay(view, name)) {
    show(act, view, name);
    return;
  }
  if (rehearsal === null || rehearsal.state === 'running') return;
  const { instructions, model, settings } = rehearsal.change;
  askThenBegin(act, view, {
    name,
    baseVersion: rehearsal.baseVersion,
    ...(instructions === null ? {} : { instructions }),
    ...(model === null ? {} : { model }),
    ...(Object.keys(settings).length === 0 ? {} : { settings: { ...settings } }),
  });
};

const promote = ({ act, view, name, canary, reload }: Context<'canary'>): void => {
  if (canary === null || (canary.state !== 'running' && canary.state !== 'over')) return;
  const { t } = view;
  act.open({
    kind: 'ask',
    title: t.canary.promoteTitle(called(act, name)),
    tone: 'accent',
    lines: [t.canary.promoteWhat],
    targets: [],
    yes: () =>
      act.run(t.foot.promote.long, called(act, name), async () => {
        const { version } = await act.request('canaryPromote', { name, id: canary.id, actor });
        reload();
        return t.canary.promoted(version);
      }),
  });
};

/** At once, without a question: it is the safe way. */
const rollBack = ({ act, view, name, canary, reload }: Context<'canary'>): void => {
  if (canary === null || (canary.state !== 'running' && !canary.waits)) return;
  act.run(view.t.foot.rollBackCanary.long, called(act, name), async () => {
    await act.request('canaryRollBack', { name, id: canary.id, actor });
    reload();
    return view.t.canary.rolledBack;
  });
};

export const canary = [
  defineAction({
    id: 'canary',
    key: {
      names: ['Y'],
      on: ['settings', 'rehearsal'],
      helpWith: 'rehearse',
    },
    footer: { instructions: at(2.6, 3.6, 'canary'), rehearsal: at(1.5, 1.5, 'canary') },
    commands: [
      {
        name: 'canary',
        usage: 'canary [NAME]',
        arguments: ['session'],
        run: onFirstNamed((act, row) => act.go({ screen: 'canary', id: row.id })),
      },
    ],
    run: { instructions: tryInstructions, rehearsal: tryRehearsed },
  }),
  defineAction({
    id: 'promote-canary',
    key: { names: ['A'], on: ['canary'], helpWith: 'publish-rehearsal' },
    footer: { canary: at(1, 1.1, 'promote') },
    run: { canary: promote },
  }),
  defineAction({
    id: 'roll-back-canary',
    key: { names: ['R'], on: ['canary'], help: { section: 'act', place: 9.88, keys: 'R' } },
    footer: { canary: at(2, 1, 'rollBackCanary') },
    run: { canary: rollBack },
  }),
] as const;

import { defineAction } from './core/action.ts';
import { called } from './core/called.ts';
import type { Context } from './core/contexts.ts';
import { actor, requestOnce } from './core/session-requests.ts';

/** Asks whether an older version of the instructions becomes the newest one. */
export const askRollback = ({ act, view, name, version, reload }: Context<'instructions'>): void => {
  const { t } = view;
  if (version === undefined || version.isCurrent) return;

  act.open({
    kind: 'ask',
    title: t.prompt.rollbackTitle(version.version),
    tone: 'accent',
    lines: [t.prompt.rollbackWhat],
    targets: [],
    yes: () =>
      act.run(t.foot.rollback.long, called(act, name), async () => {
        const made = await act.request('promptRollback', { name, version: version.version, actor });
        reload();
        return t.prompt.saved(made.version.version);
      }),
  });
};

export const rollback = defineAction({
  id: 'rollback',
  commands: [
    {
      name: 'rollback',
      usage: 'rollback NAME VERSION',
      arguments: ['session', 'text'],
      run: ([name, version], { act }) => {
        if (name === undefined || !/^\d+$/.test(version ?? '')) return false;
        return requestOnce(act, act.texts().verb.rollback, called(act, name), () =>
          act.request('promptRollback', { name, version: Number(version), actor }),
        );
      },
    },
  ],
});

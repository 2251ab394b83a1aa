import { isBeingMade } from '../../src/session/proposal.ts';
import { proposalPlanWords, rehearsedWords } from '../../src/words/proposal-words.ts';
import { at } from '../keys/footers.ts';
import { defineAction } from './core/action.ts';
import { called } from './core/called.ts';
import type { Context } from './core/contexts.ts';
import { onFirstNamed } from './core/named-sessions.ts';
import { actor } from './core/session-requests.ts';

/** A change of the instructions that the AI proposes: asked for, published, or dropped by a person, and by nobody else. */

const publish = ({ act, view, name, proposal: shown, reload }: Context<'proposal'>): void => {
  const { t } = view;
  if (shown === null || shown.proposal.state !== 'waiting' || shown.proposal.isStale) return;
  const { id } = shown.proposal;
  act.open({
    kind: 'ask',
    title: t.rehearsal.publishTitle(called(act, name)),
    tone: 'accent',
    lines: [rehearsedWords(shown.rehearsal, view.language), t.rehearsal.publishWhat],
    targets: [],
    yes: () =>
      act.run(t.foot.publish.long, called(act, name), async () => {
        const { version } = await act.request('proposalPublish', { name, id, actor });
        reload();
        return t.prompt.saved(version);
      }),
  });
};

const drop = ({ act, view, name, proposal: shown, reload }: Context<'proposal'>): void => {
  const { t } = view;
  if (shown === null || !(shown.proposal.state === 'waiting' || isBeingMade(shown.proposal.state))) return;
  const { id } = shown.proposal;
  act.open({
    kind: 'ask',
    title: t.proposal.dropTitle(called(act, name)),
    tone: 'accent',
    lines: [t.proposal.dropWhat],
    targets: [],
    yes: () =>
      act.run(t.foot.dropProposal.long, called(act, name), async () => {
        await act.request('proposalDrop', { name, id, actor });
        reload();
        return t.proposal.dropped;
      }),
  });
};

const goOn = ({ act, view, name, proposal: shown, reload }: Context<'proposal'>): void => {
  if (shown === null || shown.rehearsal === null || shown.rehearsal.state === 'done') return;
  const { id } = shown.proposal;
  act.run(view.t.foot.resumeRehearsal.long, called(act, name), async () => {
    await act.request('proposalResume', { name, id, actor });
    reload();
    return null;
  });
};

export const proposal = [
  defineAction({
    id: 'open-proposal',
    commands: [
      {
        name: 'proposal',
        usage: 'proposal [NAME]',
        arguments: ['session'],
        run: onFirstNamed((act, row) => act.go({ screen: 'proposal', id: row.id })),
      },
    ],
  }),
  defineAction({
    id: 'ask-proposal',
    commands: [
      {
        name: 'propose',
        usage: 'propose [NAME]',
        arguments: ['session'],
        // Says what it costs before anything is asked.
        run: onFirstNamed((act, { id, name }, view) =>
          act.run(view.t.proposal.ask, called(act, name), async () => {
            const plan = await act.request('proposePlan', { name });
            act.open({
              kind: 'ask',
              title: view.t.proposal.askTitle(called(act, name)),
              tone: 'accent',
              lines: proposalPlanWords(plan, view.language),
              targets: [],
              yes: () =>
                act.run(view.t.proposal.ask, called(act, name), async () => {
                  await act.request('propose', { name, actor });
                  act.go({ screen: 'proposal', id });
                  return view.t.rehearsal.begun;
                }),
            });
            return view.t.rehearsal.planned;
          }),
        ),
      },
    ],
  }),
  defineAction({
    id: 'publish-proposal',
    key: { names: ['A'], on: ['proposal'], help: { section: 'act', place: 9.85, keys: 'A' } },
    footer: { proposal: at(1, 1, 'publish') },
    run: { proposal: publish },
  }),
  defineAction({
    id: 'drop-proposal',
    key: {
      names: ['X'],
      on: ['proposal'],
      guard: 'ask',
      help: { section: 'act', place: 9.86, keys: 'X' },
    },
    footer: { proposal: at(2, 2, 'dropProposal') },
    run: { proposal: drop },
  }),
  defineAction({
    id: 'resume-proposal',
    key: { names: ['s'], on: ['proposal'], help: { section: 'act', place: 9.87, keys: 's' } },
    footer: { proposal: at(3, 4, 'resumeRehearsal') },
    run: { proposal: goOn },
  }),
] as const;

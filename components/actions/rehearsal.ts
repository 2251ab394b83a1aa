import type { FleetApi } from '../../src/protocol/fleet-api.ts';
import { planWords } from '../../src/words/rehearsal-words.ts';
import { at } from '../keys/footers.ts';
import type { View } from '../view-models/view.ts';
import { defineAction } from './core/action.ts';
import type { Actions } from './core/actions.ts';
import { called } from './core/called.ts';
import type { Context } from './core/contexts.ts';
import { onFirstNamed } from './core/named-sessions.ts';
import { actor } from './core/session-requests.ts';

/** Trying a change on recorded turns before customers meet it: from the instructions, and on the screen of what came of it. */

const show = (act: Actions, view: View, name: string): void => {
  const row = view.snapshot.sessions.find((one) => one.name === name);
  if (row !== undefined) act.go({ screen: 'rehearsal', id: row.id });
};

/** Says what it costs before anything is asked. */
const askThenBegin = (
  act: Actions,
  view: View,
  asked: Pick<FleetApi['rehearse']['params'], 'name' | 'instructions' | 'version'>,
): void => {
  const { t } = view;
  act.run(t.foot.rehearse.long, called(act, asked.name), async () => {
    const plan = await act.request('rehearsePlan', asked);
    act.open({
      kind: 'ask',
      title: t.rehearsal.askTitle(called(act, asked.name)),
      tone: 'accent',
      lines: [...planWords(plan, view.language), t.rehearsal.nobodyGets],
      targets: [],
      yes: () =>
        act.run(t.foot.rehearse.long, called(act, asked.name), async () => {
          await act.request('rehearse', { ...asked, actor });
          show(act, view, asked.name);
          return t.rehearsal.begun;
        }),
    });
    return t.rehearsal.planned;
  });
};

/** The version under the cursor; of the one in use what the person makes of it in the editor. */
const rehearseInstructions = ({ act, view, name, version }: Context<'instructions'>): void => {
  if (version !== undefined && !version.isCurrent) {
    askThenBegin(act, view, { name, version: version.version });
    return;
  }
  act.run(view.t.foot.rehearse.long, called(act, name), async () => {
    const edited = await act.editText(version?.text ?? '', '.md');
    if (edited === null) return view.t.prompt.unchanged;
    askThenBegin(act, view, { name, instructions: edited });
    return null;
  });
};

const publish = ({ act, view, name, rehearsal, reload }: Context<'rehearsal'>): void => {
  const { t } = view;
  if (rehearsal === null || rehearsal.state === 'running') return;
  act.open({
    kind: 'ask',
    title: t.rehearsal.publishTitle(called(act, name)),
    tone: 'accent',
    lines: [t.rehearsal.publishWhat],
    targets: [],
    yes: () =>
      act.run(t.foot.publish.long, called(act, name), async () => {
        const { version } = await act.request('rehearsePublish', { name, id: rehearsal.id, actor });
        reload();
        return version === null ? null : t.prompt.saved(version);
      }),
  });
};

const stopIt = ({ act, view, name, rehearsal, reload }: Context<'rehearsal'>): void => {
  if (rehearsal?.state !== 'running') return;
  act.run(view.t.foot.stopRehearsal.long, called(act, name), async () => {
    await act.request('rehearseStop', { name, actor });
    reload();
    return null;
  });
};

const resumeIt = ({ act, view, name, rehearsal, reload }: Context<'rehearsal'>): void => {
  if (rehearsal === null || rehearsal.state === 'running') return;
  act.run(view.t.foot.resumeRehearsal.long, called(act, name), async () => {
    await act.request('rehearseResume', { name, actor });
    reload();
    return null;
  });
};

const makeCase = (act: Actions, view: View, name: string, turn: number | null | undefined): void => {
  const { t } = view;
  if (turn == null) {
    act.notify(t.rehearsal.noTurn);
    return;
  }
  act.run(t.foot.makeCase.long, called(act, name), async () => {
    const { title } = await act.request('rehearseCase', { name, turn, actor });
    return t.rehearsal.caseMade(title);
  });
};

export const rehearsal = [
  defineAction({
    id: 'rehearse',
    key: { names: ['T'], on: ['settings'], help: { section: 'act', place: 5.5, keys: 'T Y' } },
    footer: { instructions: at(2.5, 3.5, 'rehearse') },
    commands: [
      {
        name: 'rehearse',
        usage: 'rehearse [NAME]',
        arguments: ['session'],
        run: onFirstNamed((act, row) => act.go({ screen: 'rehearsal', id: row.id })),
      },
    ],
    run: { instructions: rehearseInstructions },
  }),
  defineAction({
    id: 'publish-rehearsal',
    key: { names: ['A'], on: ['rehearsal'], help: { section: 'act', place: 9.81, keys: 'A' } },
    footer: { rehearsal: at(1, 1, 'publish') },
    run: { rehearsal: publish },
  }),
  defineAction({
    id: 'stop-rehearsal',
    key: { names: ['S'], on: ['rehearsal'], help: { section: 'act', place: 9.82, keys: 'S' } },
    footer: { rehearsal: at(2, 2, 'stopRehearsal') },
    run: { rehearsal: stopIt },
  }),
  defineAction({
    id: 'make-case',
    key: {
      names: ['C'],
      on: ['chats', 'rehearsal'],
      help: { section: 'act', place: 9.84, keys: 'C' },
    },
    footer: { rehearsal: at(4, 4, 'makeCase'), conversation: at(9, 9, 'makeCase') },
    run: {
      rehearsal: ({ act, view, name, turn }) => makeCase(act, view, name, turn),
      // The newest answer of the chat.
      conversation: ({ act, view, chat, messages }) =>
        makeCase(
          act,
          view,
          chat.sessionName,
          messages.findLast(({ from, turnId }) => from === 'bot' && turnId !== null)?.turnId,
        ),
    },
  }),
  defineAction({
    id: 'resume-rehearsal',
    key: { names: ['s'], on: ['rehearsal'], help: { section: 'act', place: 9.83, keys: 's' } },
    footer: { rehearsal: at(3, 3, 'resumeRehearsal') },
    run: { rehearsal: resumeIt },
  }),
] as const;

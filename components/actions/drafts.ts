import { createBeat } from '../../src/pace/beat.ts';
import { messageOf } from '../../src/session/fleet-error.ts';
import { plainText } from '../../src/session/plain-text.ts';
import type { DraftRow } from '../../src/session/records.ts';
import { at } from '../keys/footers.ts';
import type { View } from '../view-models/view.ts';
import { type CommandSpec, defineAction } from './core/action.ts';
import type { Actions } from './core/actions.ts';
import type { Context } from './core/contexts.ts';
import { actor } from './core/session-requests.ts';

/** What a person does with a draft of watch mode: approve, edit or drop it. */

const draftName = (draft: DraftRow): string => plainText(draft.chatName ?? draft.chatId);

const decide = (
  { act, reload }: Context<'draft'>,
  draft: DraftRow,
  decision: { readonly action: 'approve' | 'drop'; readonly verb: string },
): void =>
  act.run(decision.verb, draftName(draft), async () => {
    await act.request('draft', { outboxId: draft.outboxId, action: decision.action, actor });
    reload();
    return null;
  });

const approve = (context: Context<'draft'>): void => {
  const { draft, view } = context;
  if (draft !== undefined) decide(context, draft, { action: 'approve', verb: view.t.foot.approve.long });
};

/** Well within the two minutes after which the master gives a held draft back. */
const holdAgain = 30_000;

/** Newer messages must not take it from under the person who edits it. Given back when the editor closes; when this program dies, by the master. */
const keepHeld = (act: Actions, { t }: View, { outboxId }: DraftRow): (() => void) => {
  const beat = createBeat({
    look: async () => {
      await act.request('draft', { outboxId, action: 'hold', actor });
    },
    everyMs: holdAgain,
    firstMs: 0,
    withinMs: 10_000,
    onProblem: (error) => act.notify(t.chats.notHeld(messageOf(error)), true),
    unref: true,
  });
  beat.begin();
  return () => {
    void beat
      .close()
      .then(() => act.request('draft', { outboxId, action: 'release', actor }))
      // It went out meanwhile, or the master gives it back by itself.
      .catch(() => null);
  };
};

const edit = ({ act, view, draft, reload }: Context<'draft'>): void => {
  if (draft === undefined) return;

  const { chats } = view.t;
  act.open({
    kind: 'text',
    title: chats.editDraft,
    label: chats.text,
    value: plainText(draft.text),
    secret: false,
    whileOpen: () => keepHeld(act, view, draft),
    check: (text) => (text.trim() === '' ? chats.emptyDraft : null),
    save: async (text) => {
      await act.request('draft', { outboxId: draft.outboxId, action: 'edit', text, actor });
      reload();
    },
  });
};

const drop = (context: Context<'draft'>): void => {
  const { act, view, draft } = context;
  if (draft === undefined) return;

  const verb = view.t.foot.drop.long;
  act.open({
    kind: 'ask',
    title: view.t.dialog.askTitle(verb, draftName(draft)),
    lines: [view.t.dialog.dropWhat, plainText(draft.text)],
    targets: [],
    yes: () => decide(context, draft, { action: 'drop', verb }),
  });
};

const decisions = ['approve', 'edit', 'drop'] as const;

/** As in the shell: `draft approve 12`, `draft edit 12 TEXT`. */
const runDraft: CommandSpec['run'] = ([wanted, id, ...words], { act, view }) => {
  const action = decisions.find((one) => one === wanted);
  const text = words.join(' ');
  if (action === undefined || !/^\d{1,15}$/.test(id ?? '') || (action === 'edit' && text === '')) return false;

  const { approve: approving, edit: editing, drop: dropping } = view.t.foot;
  const verb = { approve: approving, edit: editing, drop: dropping }[action].long;
  act.run(verb, id ?? '', async () => {
    await act.request('draft', { outboxId: Number(id), action, actor, ...(action === 'edit' ? { text } : {}) });
    return null;
  });
  return true;
};

export const drafts = [
  defineAction({
    id: 'draft',
    commands: [
      {
        name: 'draft',
        usage: 'draft approve|edit|drop NUMBER [TEXT]',
        arguments: [decisions, 'text'],
        textFrom: 2,
        run: runDraft,
      },
    ],
  }),
  defineAction({
    id: 'approve',
    key: { names: ['A'], on: ['drafts'], help: { section: 'act', place: 8, keys: 'A' } },
    footer: { drafts: at(1, 1, 'approve') },
    run: { draft: approve },
  }),
  defineAction({
    id: 'edit-draft',
    key: { names: ['e'], on: ['drafts'], help: { section: 'act', place: 3, keys: 'e' } },
    footer: { drafts: at(2, 2, 'edit') },
    run: { draft: edit },
  }),
  defineAction({
    id: 'drop-draft',
    key: { names: ['X'], on: ['drafts'], guard: 'ask', help: { section: 'act', place: 9, keys: 'X' } },
    footer: { drafts: at(3, 3, 'drop') },
    run: { draft: drop },
  }),
] as const;

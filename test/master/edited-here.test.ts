import { expect, test } from 'vitest';
import { editedHere } from '../../src/master/edited-here.ts';

/** What a bot has in its hands is set where its session is. */

const name = 'padaria';
const edits = [
  'toolSet',
  'toolRemove',
  'hookSet',
  'hookRemove',
  'knowledgeAdd',
  'knowledgeRemove',
  'fileAdd',
  'fileRemove',
] as const;

const fleet = (options: { readonly travels?: boolean; readonly on?: string | null } = {}) => {
  const served: string[] = [];
  const at = { node: options.on ?? null, after: null as string | null };
  const methods = Object.fromEntries(
    edits.map((edit) => [
      edit,
      async () => {
        served.push(edit);
        at.node ??= at.after;
        return { done: edit };
      },
    ]),
  );
  const session = { stored: { name } };
  const parts = {
    book: { byName: (given: string) => (given === name ? session : null) },
    replica: { nodeOf: () => at.node },
    logins: options.travels === false ? null : {},
  };
  return { served, at, methods: editedHere(parts as never, methods as never) };
};

test.each(edits)(
  '%s counts here, is refused where the session is elsewhere, and says when it moved meanwhile',
  async (edit) => {
    const ask = (one: ReturnType<typeof fleet>, who = name) => one.methods[edit]({ name: who } as never);
    const here = fleet();
    expect(await ask(here)).toEqual({ done: edit });
    const elsewhere = fleet({ on: 'vps-2' });
    await expect(ask(elsewhere)).rejects.toMatchObject({
      code: 'refused-by-state',
      message: 'padaria is on vps-2, not here: what it has there counts. Set it there.',
    });
    expect(elsewhere.served).toEqual([]);
    const moving = fleet();
    moving.at.after = 'vps-3';
    await expect(ask(moving)).rejects.toThrow('padaria moved to vps-3 meanwhile: this stayed here. Set it there, too.');
    // Where nothing travels each server has its own; whom nobody knows is the method's to refuse.
    const alone = fleet({ travels: false, on: 'vps-2' });
    expect(await ask(alone)).toEqual({ done: edit });
    expect(await ask(fleet({ on: 'vps-2' }), 'nobody')).toEqual({ done: edit });
  },
);

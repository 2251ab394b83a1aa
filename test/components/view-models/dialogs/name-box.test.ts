import { describe, expect, it } from 'vitest';
import { emptyField } from '../../../../components/paint/field.ts';
import { targetOf } from '../../../../components/view-models/dialog-kinds.ts';
import { confirms, nameBox } from '../../../../components/view-models/dialogs/name-box.ts';
import { deleteDialog as drawnDelete } from '../../support/drawn-screens.ts';
import { sessionRow } from '../../support/fake-fleet.ts';
import { plain, viewAt } from '../../support/view.ts';

describe('the delete dialog', () => {
  it('is what was drawn', () => {
    const view = viewAt(80, 24);
    const row = view.snapshot.sessions.find(({ name }) => name === 'padaria-joao') ?? sessionRow('x');
    const lines = plain(
      nameBox(view, 'delete', [targetOf(row)], {
        field: { text: 'padaria-jo', cursor: 10 },
        purge: false,
        focus: 'name',
        changed: false,
        totals: { chats: 1204, messages: 18_332 },
      }),
    );
    expect(lines).toEqual(drawnDelete);
  });

  it('wants the name, or for several their number', () => {
    const one = [targetOf(sessionRow('aa'))];
    const two = [...one, targetOf(sessionRow('bb'))];
    expect(confirms('aa', one)).toBe(true);
    expect(confirms('a', one)).toBe(false);
    expect(confirms('2', two)).toBe(true);
    expect(confirms('aa', two)).toBe(false);
    expect(emptyField.text).toBe('');
  });
});

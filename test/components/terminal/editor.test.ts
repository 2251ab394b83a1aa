import { describe, expect, it } from 'vitest';
import { editorCommand, editWith } from '../../../components/terminal/editor.ts';

describe('the editor', () => {
  it('is the one that was chosen, on a private file that is removed', async () => {
    expect(editorCommand({ EDITOR: 'ed', VISUAL: '' })).toBe('ed');
    expect(editorCommand({ PATH: '/nowhere' })).toBeNull();
    expect(await editWith('printf more >>', 'text', '.md', process.env)).toBe('textmore');
    expect(await editWith('true', 'text', '.md', process.env)).toBeNull();
    await expect(editWith('false', 'text', '.md', process.env)).rejects.toThrow('nothing was changed');
  });
});

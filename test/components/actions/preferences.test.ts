import { describe, expect, it } from 'vitest';
import { parsePreferences } from '../../../components/actions/core/preferences.ts';

describe('preferences', () => {
  it('are forgotten where they are broken, and the rest kept', () => {
    expect(parsePreferences(null)).toMatchObject({ sort: 'default', language: null, mouse: false });
    expect(parsePreferences({ sort: 'nonsense', language: 'pt-BR', mouse: true })).toMatchObject({
      sort: 'default',
      language: 'pt-BR',
      mouse: true,
    });
    expect(parsePreferences('text')).toMatchObject({ theme: 'auto' });
  });
});

import { expect, test } from 'vitest';
import { toldBack } from '../../../src/cli/commands/config.ts';

test('what becomes of a session whose server is gone is told back with its price, and from when on', () => {
  expect(toldBack('padaria', 'failover', 'auto', 'en')).toMatch(/a minute and a half.*The price: without Supabase/);
  expect(toldBack('padaria', 'failover', 'auto', 'pt-BR')).toMatch(/um minuto e meio.*O preço: sem Supabase/);
  expect(toldBack('padaria', 'failover', 'manual', 'en')).toMatch(/failover is manual; a person moves it/);
  expect(toldBack('padaria', 'failover', 'manual', 'pt-BR')).toMatch(/failover é manual; uma pessoa a muda/);
});

test('an own AI key is told back and never shown', () => {
  expect(toldBack('padaria', 'ai_key', '(set)', 'en')).toBe(
    'padaria: ai_key is set; it counts from the next answer on.',
  );
});

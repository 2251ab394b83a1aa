import { expect, test } from 'vitest';
import { statusFragment } from '../../src/http/pages/status-page.ts';
import { createFakeFleet, fakeRow } from './fake-fleet.ts';

const pageOf = (...rows: Parameters<typeof createFakeFleet>): string =>
  statusFragment(createFakeFleet(...rows).getSnapshot(), 'en', 1_795_358_400_000).text;

test('nobody is well while a customer was left without an answer', () => {
  expect(pageOf(fakeRow('loja-1'))).toContain('all 1 well');
  const silent = { chats: 2, today: 2, oldestSince: 1 };
  const page = pageOf(fakeRow('loja-1', { silent }));
  expect(page).not.toContain('well');
  expect(page).toContain('<p class="badge person">2 customers left without an answer</p>');
  expect(page).toContain('<td>!2</td><td>2 customers left without an answer</td>');

  const reason = 'the AI sent an empty answer';
  const nobody = pageOf(fakeRow('loja-1', { silent, verdict: 'not_replying', reasonCode: 'empty', reason }));
  expect(nobody).toContain('1 needs you');
  expect(nobody).toContain(`2 customers left without an answer: ${reason}`);
});

test('reasons and banners are said in the language of whoever looks', () => {
  const fleet = createFakeFleet(
    fakeRow('loja-1', {
      verdict: 'not_replying',
      reason: 'WhatsApp refuses every message of this number: wait, and answer on the phone meanwhile',
    }),
    fakeRow('loja-2', { verdict: 'asks_for_person', reason: '2 customers ask for a person' }),
    fakeRow('loja-3', { verdict: 'logged_out', state: 'logged_out', reason: 'an answer that nobody knew' }),
  );
  const text = 'Supabase away since 14:05: 1,204 writes wait here, none lost';
  fleet.update({ banners: [{ id: 'x', level: 'warn', code: 'replica-away', text, since: 5, values: {} }] });

  const page = (language: 'en' | 'pt-BR'): string =>
    statusFragment(fleet.getSnapshot(), language, 1_795_358_400_000).text;
  expect(page('pt-BR')).toContain('o WhatsApp recusa toda mensagem deste número: espere');
  expect(page('pt-BR')).toContain('2 clientes pedem uma pessoa');
  expect(page('pt-BR')).toContain('Supabase fora do ar desde 14:05: 1.204 gravações esperam aqui, nenhuma perdida');
  expect(page('pt-BR')).toContain('an answer that nobody knew');
  expect(page('en')).toContain('2 customers ask for a person');
  expect(page('en')).toContain(text);
});

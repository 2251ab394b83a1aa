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

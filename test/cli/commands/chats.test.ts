import { expect, it } from 'vitest';
import type { CommandContext } from '../../../src/cli/commands/command.ts';
import { chats } from '../../../src/cli/commands/conversations.ts';
import type { ChatRow } from '../../../src/session/records.ts';
import { exampleChats } from '../../components/support/example-chats.ts';
import { fakeFleet, minutes, now } from '../../components/support/fake-fleet.ts';

const [maria] = exampleChats('loja') as [ChatRow];

const shown = async (patch: Partial<ChatRow>): Promise<string> => {
  const fleet = fakeFleet();
  Object.assign(fleet.answers, { chats: () => ({ chats: [{ ...maria, ...patch }] }) });
  const said: string[] = [];
  const context = { language: 'en', look: async () => fleet, print: (text: string) => said.push(text) };
  expect(await chats.run(context as unknown as CommandContext, ['loja'], {})).toBe(0);
  return said.join('\n').split('\n').at(-1)?.trimEnd() ?? '';
};

const asked = { lastInboundAt: now - minutes(1), lastOutboundAt: now - minutes(2) };
const answered = { lastInboundAt: now - minutes(2), lastOutboundAt: now - minutes(1) };

it('tells the words of the bot from those of the customer', async () => {
  expect(await shown({ ...answered, lastText: 'Abrimos às 8h.' })).toMatch(/ → Abrimos às 8h\.$/);
  expect(await shown({ ...asked, lastText: 'Abrem às 8h?' })).toMatch(/[^→] {2}Abrem às 8h\?$/);
});

it('shows that more was said', async () => {
  expect(await shown({ ...asked, lastText: 'a'.repeat(40) })).toMatch(/ a{40}$/);
  expect(await shown({ ...asked, lastText: 'a'.repeat(41) })).toMatch(/ a{39}…$/);
  expect(await shown({ ...answered, lastText: 'Abrimos de segunda a sábado, das 8h às 18h.' })).toMatch(
    /→ Abrimos de segunda a sábado, das 8h às…$/,
  );
});

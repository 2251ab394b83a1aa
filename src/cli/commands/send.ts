import { FleetError } from '../../session/fleet-error.ts';
import { chatProblem, parsePhone } from '../../session/phone.ts';
import { type CommandSpec, flag, jsonOption, sessionNamed, textArgument } from './command.ts';

export const send: CommandSpec = {
  usage: 'send <name> <chat> <text>',
  summary: 'send one message; CHAT is a phone number or a chat id',
  example: 'zap-fleet send padaria-joao "11 91234-5678" "Seu pedido saiu para entrega"',
  options: [jsonOption],
  run: async (context, [name, chat, text], options) => {
    const session = sessionNamed(textArgument(name));
    const to = textArgument(chat);
    const phone = /@[a-z.]+$/.test(to) ? null : parsePhone(to);
    if (phone === null && !/^[\w.-]+@(c\.us|lid|g\.us|hosted|hosted\.lid)$/.test(to)) {
      throw new FleetError('usage', chatProblem(to));
    }
    const fleet = await context.connect([session]);
    const result = await fleet.request('send', {
      name: session,
      chat: phone === null ? to : `${phone}@c.us`,
      text: textArgument(text),
      actor: 'you',
    });
    if (flag(options, 'json')) context.print(JSON.stringify(result, null, 2));
    else
      context.print(
        result.status === 'sent'
          ? 'sent'
          : `${result.status}: it waits in the outbox and goes out once ${session} is connected`,
      );
    return result.status === 'refused' ? 1 : 0;
  },
};

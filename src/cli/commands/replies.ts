import { type CommandSpec, flag, jsonOption, sessionNamed, textArgument } from './command.ts';
import { rowAsJson } from './printing.ts';

/** `pause` and `resume`: replies of a session, or of one chat. Messages are still received and kept. */
const replies = (method: 'pause' | 'resume', summary: string, done: string): CommandSpec => ({
  usage: `${method} <name> [chat]`,
  summary,
  example: `zap-fleet ${method} padaria-joao`,
  options: [jsonOption],
  run: async (context, [given, chat], options) => {
    const name = sessionNamed(textArgument(given));
    const fleet = await (typeof chat === 'string' ? context.connect([name]) : context.reach());
    const { row } = await fleet.request(method, { name, actor: 'you', ...(typeof chat === 'string' ? { chat } : {}) });
    if (flag(options, 'json')) context.print(JSON.stringify(rowAsJson(row, Date.now()), null, 2));
    else context.print(`${name}${typeof chat === 'string' ? ` ${chat}` : ''}: ${done}`);
    return 0;
  },
});

export const pause = replies('pause', 'stop answering; messages are still received and kept', 'replies are paused.');
/** `dismiss`: a customer who was left in silence needs no answer any more; a person decided so. */
export const dismiss: CommandSpec = {
  usage: 'dismiss <name> <chat>',
  summary: 'this customer was left without an answer and needs none; `why NAME` lists them',
  example: 'zap-fleet dismiss padaria-joao 5511912345678@c.us',
  options: [jsonOption],
  run: async (context, [given, chat], options) => {
    const name = sessionNamed(textArgument(given));
    const fleet = await context.connect([name]);
    const { row } = await fleet.request('dismissSilence', { name, chat: textArgument(chat), actor: 'you' });
    if (flag(options, 'json')) context.print(JSON.stringify(rowAsJson(row, Date.now()), null, 2));
    else
      context.print(
        `${name} ${textArgument(chat)}: needs no answer. ${row.silent.chats === 0 ? 'Nobody else was' : `${row.silent.chats} more ${row.silent.chats === 1 ? 'was' : 'were'}`} left in silence.`,
      );
    return 0;
  },
};

export const resume = replies('resume', 'answer again', 'answering again.');

import { FleetError } from '../../session/fleet-error.ts';
import { formatPhone } from '../../session/phone.ts';
import { plainLines, plainText } from '../../session/plain-text.ts';
import type { ChatRow } from '../../session/records.ts';
import { clip } from '../../session/send-file.ts';
import { chatLastAt } from '../../session/waiting.ts';
import { type CommandSpec, flag, jsonOption, sessionNamed, textArgument, textOption } from './command.ts';
import { clockTime, printTable, rowAsJson, shortDuration } from './printing.ts';

/** What is said in the chats, and watch mode: answers that wait for a person. */

/** A pause without an end is kept as the largest number there is. */
const longAway = 10 * 365 * 86_400_000;

/** Who paused, as a person says it; a program's name stays. */
const byInPortuguese: Readonly<Record<string, string>> = { owner: 'pelo dono', you: 'por você', bot: 'pelo bot' };

const words = {
  en: {
    head: ['CHAT', 'WHO', 'LAST', 'WAITING', 'SILENT', 'DRAFTS', 'PAUSED', 'TEXT'],
    paused: (by: string, until: string | null) => `by ${by}${until === null ? '' : ` until ${until}`}`,
  },
  'pt-BR': {
    head: ['CONVERSA', 'QUEM', 'ÚLTIMA', 'ESPERA', 'CALADO', 'RASCUNHOS', 'PAUSA', 'TEXTO'],
    paused: (by: string, until: string | null) =>
      `${byInPortuguese[by] ?? `por ${by}`}${until === null ? '' : ` até ${until}`}`,
  },
} as const;

/** A chat in which nothing was said yet (a restored one, a draft of ours) has no last time. */
const lastTime = (chat: ChatRow): string => {
  const last = chatLastAt(chat);
  return last === 0 ? '-' : clockTime(last);
};

/** `2 9m`: messages, and for how long; one that is still being answered waits for nobody. */
const waitingCell = (chat: ChatRow): string => {
  const since = chat.waiting === 0 || chat.overdue === false ? null : (chat.waitingSince ?? chat.lastInboundAt);
  return since === null ? '-' : `${chat.waiting} ${shortDuration(Date.now() - since)}`;
};

const shownWords = 40;

/** What was said last: an arrow before what went out, so that nobody takes it for the customer's, and a sign where more was said. */
const lastWords = (chat: ChatRow): string => {
  const isOurs = (chat.lastOutboundAt ?? 0) > (chat.lastInboundAt ?? 0);
  const all = [...plainText(chat.lastText)];
  const shown =
    all.length > shownWords
      ? `${all
          .slice(0, shownWords - 1)
          .join('')
          .trimEnd()}…`
      : all.join('');
  return isOurs && shown !== '' ? `→ ${shown}` : shown;
};

export const chats: CommandSpec = {
  usage: 'chats <name>',
  summary: 'its chats, the longest waiter first: who waits, who got no answer, which are paused and by whom, drafts',
  example: 'zap-fleet chats padaria-joao --search Ana',
  options: [{ flags: '--search <text>', help: 'in names, numbers and the last text' }, jsonOption],
  run: async (context, [given], options) => {
    const name = sessionNamed(textArgument(given));
    const search = textOption(options, 'search');
    const fleet = await context.look();
    const found = await fleet.request('chats', { name, limit: 100, ...(search === undefined ? {} : { search }) });
    if (flag(options, 'json')) context.print(JSON.stringify(found.chats, null, 2));
    else if (found.chats.length === 0)
      context.print(`${name} has no chats${search === undefined ? ' yet' : ' like that'}.`);
    else
      context.print(
        printTable(
          words[context.language].head,
          found.chats.map((chat) => [
            chat.chatId,
            chat.name ?? (chat.phone === null ? '' : formatPhone(chat.phone)),
            lastTime(chat),
            waitingCell(chat),
            chat.silentSince === null ? '-' : shortDuration(Date.now() - chat.silentSince),
            chat.drafts === 0 ? '-' : String(chat.drafts),
            chat.pausedUntil === null
              ? '-'
              : words[context.language].paused(
                  chat.pausedBy ?? '?',
                  chat.pausedUntil - Date.now() > longAway ? null : clockTime(chat.pausedUntil),
                ),
            lastWords(chat),
          ]),
          [3, 4, 5],
        ),
      );
    return 0;
  },
};

export const watch: CommandSpec = {
  usage: 'watch <name>',
  summary: 'watch mode: answers wait as drafts for a person; `resume NAME` goes live',
  example: 'zap-fleet watch padaria-joao',
  options: [jsonOption],
  run: async (context, [given], options) => {
    const name = sessionNamed(textArgument(given));
    const fleet = await context.reach();
    const { row } = await fleet.request('watch', { name, on: true, actor: 'you' });
    if (flag(options, 'json')) context.print(JSON.stringify(rowAsJson(row, Date.now()), null, 2));
    else
      context.print(
        `${name}: answers are drafts now. See: zap-fleet drafts ${name}. Go live: zap-fleet resume ${name}`,
      );
    return 0;
  },
};

export const drafts: CommandSpec = {
  usage: 'drafts [name]',
  summary: 'answers that wait for a person, oldest first',
  example: 'zap-fleet drafts padaria-joao',
  options: [jsonOption],
  run: async (context, [given], options) => {
    const fleet = await context.look();
    const found = await fleet.request('drafts', given === undefined ? {} : { name: sessionNamed(textArgument(given)) });
    if (flag(options, 'json')) context.print(JSON.stringify(found.drafts, null, 2));
    else if (found.drafts.length === 0) context.print('No drafts wait.');
    else
      for (const draft of found.drafts) {
        const who = plainText(draft.chatName ?? draft.chatId);
        context.print(`${draft.outboxId}  ${draft.sessionName}  ${who}  ${clockTime(draft.createdAt)}`);
        for (const line of plainLines(draft.text)) context.printAsIs(`    ${line}`);
        for (const file of draft.files ?? []) context.printAsIs(`    ${clip} ${file}`);
      }
    return 0;
  },
};

const actions = ['approve', 'edit', 'drop'] as const;
const done = { approve: 'approved, it goes out', edit: 'changed; it still waits', drop: 'dropped' } as const;

export const draft: CommandSpec = {
  usage: 'draft <action> <id> [text]',
  completes: [['approve', 'edit', 'drop'], []],
  summary: 'approve, edit (with TEXT) or drop a draft; its number is in `drafts`',
  example: 'zap-fleet draft edit 12 "Abrimos às 8h."',
  run: async (context, [given, number, text]) => {
    const action = actions.find((one) => one === textArgument(given));
    const outboxId = Number(textArgument(number));
    if (action === undefined || !/^\d{1,12}(\.\d{3})?$/.test(textArgument(number)))
      throw new FleetError('usage', `say approve, edit or drop, and a number. Example: ${draft.example}`);
    await context.mustWait(outboxId);
    const fleet = await context.connect();
    await fleet.request('draft', {
      outboxId,
      action,
      actor: 'you',
      ...(typeof text === 'string' ? { text } : {}),
    });
    context.print(`draft ${outboxId} is ${done[action]}.`);
    return 0;
  },
};

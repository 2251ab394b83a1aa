import { parsePhone } from '../../../src/session/phone.ts';
import { sameSubscriber } from '../limits/contact-match.ts';

/** `!pausar`, `!retomar`, `!status`, `!limpar`: from the owner's phone or an admin's, and from nobody else. */

const ownerCommandNames = ['pause', 'resume', 'status', 'clear'] as const;
export type OwnerCommandName = (typeof ownerCommandNames)[number];

/** What a person types for each command. */
export type CommandWords = Readonly<Record<OwnerCommandName, string>>;

export const defaultCommandWords: CommandWords = {
  pause: '!pausar',
  resume: '!retomar',
  status: '!status',
  clear: '!limpar',
};

export interface CommandMessage {
  readonly text: string;
  readonly fromMe: boolean;
  readonly chatKind: string;
  /** The sender's digits as WhatsApp gives them; null for a LID that did not resolve: such a sender never commands. */
  readonly phone: string | null;
}

export type CommandTarget =
  /** The chat in which the command was typed. */
  { readonly kind: 'chat' } | { readonly kind: 'session' } | { readonly kind: 'phone'; readonly phone: string };

export interface OwnerCommand {
  readonly name: OwnerCommandName;
  /** `owner`: typed on the linked phone (`fromMe`). `admin`: came from a number in ADMIN_NUMBERS. */
  readonly by: 'owner' | 'admin';
  /** The owner means the chat typed in unless another is named; an admin, who writes from his own chat, the session. */
  readonly target: CommandTarget;
  /** `!pausar 30`: minutes; null: the configured time. */
  readonly minutes: number | null;
}

// A decomposed accent is a mark of its own: dropping marks makes `!pausár` and `!PAUSAR` the same word.
const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Longest pause by command, a week: as `takeoverMinutes`. */
const maxMinutes = 7 * 1440;

const parseArgument = (text: string): { target: CommandTarget | null; minutes: number | null } | null => {
  if (text === '') return { target: null, minutes: null };
  if (['tudo', 'todos', 'all'].includes(fold(text))) return { target: { kind: 'session' }, minutes: null };
  const minutes = /^(\d{1,4})\s*(?:min|minutos?|minutes?|m)?$/i.exec(text)?.[1];
  if (minutes !== undefined && Number(minutes) >= 1 && Number(minutes) <= maxMinutes)
    return { target: null, minutes: Number(minutes) };
  const phone = /^\+?[\d\s().-]+$/.test(text) ? parsePhone(text) : null;
  return phone === null ? null : { target: { kind: 'phone', phone }, minutes: null };
};

/**
 * The command in a message, or null when it is ordinary text: the wrong sender, a group, another first word, or an argument that
 * says nothing (only nothing, `tudo`, minutes after pause, or a phone number). `adminNumbers`: digits with country code.
 */
export const parseOwnerCommand = (
  message: CommandMessage,
  options: { readonly adminNumbers: readonly string[]; readonly words?: CommandWords },
): OwnerCommand | null => {
  const { phone } = message;
  const isAdmin =
    !message.fromMe &&
    message.chatKind === 'person' &&
    phone !== null &&
    options.adminNumbers.some((admin) => sameSubscriber(admin, phone));
  if (!message.fromMe && !isAdmin) return null;
  const words = options.words ?? defaultCommandWords;
  const [first = '', ...rest] = message.text.trim().split(/\s+/);
  const name = ownerCommandNames.find((candidate) => fold(words[candidate]) === fold(first));
  if (first === '' || name === undefined) return null;
  const argument = parseArgument(rest.join(' '));
  if (argument === null || (argument.minutes !== null && name !== 'pause')) return null;
  const usual: CommandTarget = message.fromMe ? { kind: 'chat' } : { kind: 'session' };
  return {
    name,
    by: message.fromMe ? 'owner' : 'admin',
    target: argument.target ?? usual,
    minutes: argument.minutes,
  };
};

/**
 * WhatsApp's serialised id is `<true|false>_<chat>_<ID>[_<author>]`. The chat is one of several addresses of a person, so the same message
 * may be told under several ids; what it counts by is who said it and its `<ID>`.
 */

/** The `<ID>` part of a serialised id. */
export const idPart = (serialised: string): string => serialised.split('_')[2] ?? serialised;

/** The address under which a serialised id was told; the id itself where it has none. */
export const addressPart = (serialised: string): string => serialised.split('_')[1] ?? serialised;

/** Who wrote it in a group; null elsewhere. */
export const authorPart = (serialised: string): string | null => serialised.split('_').slice(3).join('_') || null;

/** `in:<ID>`, `out:<ID>`, in a group with `:<author>`: one key for one message, whatever address it came under. */
export const messageKey = (serialised: string): string => {
  const [mine = '', chat = '', id = '', ...author] = serialised.split('_');
  if (chat === '' || id === '') return serialised;
  const direction = mine === 'true' ? 'out' : 'in';
  return [direction, id, ...author].join(':');
};

/** Ends the `<ID>` of a message that says what became of another one; WhatsApp's own ids are letters and digits. */
const editMark = '~';

/** The id under which the nth change of words of an answered message is stored, as a message of its own. */
export const editId = (serialised: string, nth: number): string => {
  const [mine = '', chat = '', id = '', ...author] = serialised.split('_');
  return [mine, chat, `${id}${editMark}${nth}`, ...author].join('_');
};

/** This is not a message of WhatsApp's but a change of words that came after the answer. */
export const isEditId = (serialised: string): boolean => idPart(serialised).includes(editMark);

/** Bounds, both exclusive, of the `messageKey` of every change of words of a message. */
export const editKeys = (serialised: string): readonly [string, string] => {
  const [mine = '', , id = ''] = serialised.split('_');
  const direction = mine === 'true' ? 'out' : 'in';
  // The sign after the mark in ASCII.
  return [`${direction}:${id}${editMark}`, `${direction}:${id}\u007f`];
};

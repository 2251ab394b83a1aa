/**
 * WhatsApp's serialised id is `<true|false>_<chat>_<ID>[_<author>]`. The chat is one of several addresses of a person, so the same message
 * may be told under several ids; what it counts by is who said it and its `<ID>`.
 */

/** The `<ID>` part of a serialised id. */
export const idPart = (serialised: string): string => serialised.split('_')[2] ?? serialised;

/** The address under which a serialised id was told; the id itself where it has none. */
export const addressPart = (serialised: string): string => serialised.split('_')[1] ?? serialised;

/** `in:<ID>`, `out:<ID>`, in a group with `:<author>`: one key for one message, whatever address it came under. */
export const messageKey = (serialised: string): string => {
  const [mine = '', chat = '', id = '', ...author] = serialised.split('_');
  if (chat === '' || id === '') return serialised;
  const direction = mine === 'true' ? 'out' : 'in';
  return [direction, id, ...author].join(':');
};

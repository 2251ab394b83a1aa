/**
 * The chats of the mystery customer: one for the questions that a session sends, one for those that it is asked. Nobody's customer is in
 * them, so whatever counts, lists or waits for customers leaves them out.
 */

export const probeKind = 'probe';

/** Between the address of a chat and a session's name stands what no address of WhatsApp's begins with. */
const askedBy = 'probe-from:';
const asks = 'probe-to:';

/** Where session `name` is asked, as the one that asks keeps it. */
export const probeChatTo = (name: string): string => `${asks}${name}`;
/** Where `name` asks, as the one that is asked keeps it. */
export const probeChatFrom = (name: string): string => `${askedBy}${name}`;

export const isProbeChat = (conversation: { readonly chatKind: string } | null | undefined): boolean =>
  conversation?.chatKind === probeKind;

/** The ids of all probe chats: a handful, by an index of their own. */
export const probeChatIds = `SELECT id FROM conversations WHERE chat_kind = '${probeKind}'`;

/** The condition that a row is not of a probe: `column` names its conversation. */
export const notOfProbe = (column: string): string => `${column} NOT IN (${probeChatIds})`;

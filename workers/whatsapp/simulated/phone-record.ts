import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { EpochMs } from '../../../src/session/units.ts';
import {
  addressesOf,
  type LinkedAccount,
  type MessageFacts,
  type MessageKind,
  type WhatsAppMessage,
} from '../whatsapp-client.ts';

/**
 * What the simulated phone knows, in `simulated-phone.db` of the profile: its login, every message that reached it and every message
 * that left it. It is the other side's truth: a test reads it to find what was lost or sent twice. It outlives a SIGKILL of the worker.
 */
export interface PhoneRecord {
  account(): LinkedAccount | null;
  link(account: LinkedAccount): void;
  unlink(): void;
  /** How often this phone was opened, counting from 1: each opening has its own random numbers. */
  countOpening(): number;
  /** False when the id is known already. */
  addReceived(message: WhatsAppMessage): boolean;
  /** What `WhatsAppClient.missedMessages` gives. */
  missed(since: EpochMs): WhatsAppMessage[];
  received(id: string): WhatsAppMessage | null;
  /** Its words are others now. */
  rewrite(message: WhatsAppMessage): void;
  /** Deleted for everybody: it is there no more, and that it was is known. */
  remove(id: string): void;
  wasRemoved(id: string): boolean;
  markRead(chatId: string): void;
  /** Every call is one message at the customer's: the same id twice is two rows. Returns its number. */
  addSent(sent: NewSent): number;
  /** A message that was pending or held goes out. */
  goOut(seq: number, at: EpochMs): void;
  setAck(seq: number, ack: number): void;
  /** By the `<ID>` chosen for it, whatever chat it went to. */
  find(messageId: string): SentMessage | null;
  /** Not out yet, or out and not read, newest first. */
  unsettled(limit: number): SentMessage[];
  held(): SentMessage[];
  sent(): SentMessage[];
  receivedCount(): number;
  close(): void;
}

export interface NewSent {
  readonly chatId: string;
  readonly messageId: string;
  readonly text: string;
  readonly at: EpochMs;
  /** `pending`: goes out with the next connection; `held`: when a test releases it; `failed`: never. */
  readonly status: 'out' | 'pending' | 'held' | 'failed';
  readonly ack: number;
}
export interface SentMessage extends NewSent {
  readonly seq: number;
}

const phoneRecordFile = (profileDir: string): string => join(profileDir, 'simulated-phone.db');

const schema = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS received (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, chat_id TEXT NOT NULL, from_me INTEGER NOT NULL, t INTEGER NOT NULL,
  is_read INTEGER NOT NULL DEFAULT 0, message TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS received_unread ON received (is_read, t);
CREATE INDEX IF NOT EXISTS received_by_chat ON received (chat_id, is_read);
CREATE TABLE IF NOT EXISTS removed (id TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS sent (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, chat_id TEXT NOT NULL, message_id TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL,
  status TEXT NOT NULL, ack INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS sent_by_id ON sent (message_id);
CREATE INDEX IF NOT EXISTS sent_by_chat ON sent (chat_id, at);
CREATE INDEX IF NOT EXISTS sent_unsettled ON sent (seq) WHERE ack BETWEEN 0 AND 2;
`;
const sentColumns = 'seq, chat_id AS chatId, message_id AS messageId, text, at, status, ack';

/** Catch-up reads at most this many, like a phone that was away for long. */
const missedLimit = 5000;

/** Opens (and makes) the record of the profile in `profileDir`. Several processes may have it open. */
export const openPhoneRecord = (profileDir: string): PhoneRecord => {
  mkdirSync(profileDir, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(phoneRecordFile(profileDir), { timeout: 5000 });
  // What was written survives any death of the process; a power cut is not simulated, so nothing waits for the disk.
  database.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; ${schema}`);
  const prepare = (sql: string) => database.prepare(sql);
  const getMeta = prepare('SELECT value FROM meta WHERE key = ?');
  const setMeta = prepare('INSERT INTO meta VALUES (?,?) ON CONFLICT (key) DO UPDATE SET value = excluded.value');
  const dropMeta = prepare('DELETE FROM meta WHERE key = ?');
  const insertReceived = prepare(
    'INSERT OR IGNORE INTO received (id, chat_id, from_me, t, is_read, message) VALUES (?,?,?,?,?,?)',
  );
  const selectMissed =
    prepare(`SELECT message FROM received r WHERE from_me = 0 AND (is_read = 0 OR (t >= ?1 AND NOT EXISTS
    (SELECT 1 FROM sent s WHERE s.chat_id = r.chat_id AND s.at >= r.t))) ORDER BY seq LIMIT ${missedLimit}`);
  const selectReceived = prepare('SELECT message FROM received WHERE id = ?');
  const rewriteReceived = prepare('UPDATE received SET message = ? WHERE id = ?');
  const dropReceived = prepare('DELETE FROM received WHERE id = ?');
  const insertRemoved = prepare('INSERT OR IGNORE INTO removed (id) VALUES (?)');
  const selectRemoved = prepare('SELECT id FROM removed WHERE id = ?');
  const countReceived = prepare('SELECT count(*) AS n FROM received');
  const readChat = prepare('UPDATE received SET is_read = 1 WHERE chat_id = ? AND is_read = 0');
  const insertSent = prepare('INSERT INTO sent (chat_id, message_id, text, at, status, ack) VALUES (?,?,?,?,?,?)');
  const outSent = prepare("UPDATE sent SET status = 'out', ack = 1, at = ? WHERE seq = ?");
  const ackSent = prepare('UPDATE sent SET ack = ? WHERE seq = ?');
  const findSent = prepare(`SELECT ${sentColumns} FROM sent WHERE message_id = ? ORDER BY seq LIMIT 1`);
  const unsettledSent = prepare(
    `SELECT ${sentColumns} FROM sent WHERE ack BETWEEN 0 AND 2 AND status NOT IN ('held', 'failed') ORDER BY seq DESC LIMIT ?`,
  );
  const heldSent = prepare(`SELECT ${sentColumns} FROM sent WHERE status = 'held' ORDER BY seq`);
  const allSent = prepare(`SELECT ${sentColumns} FROM sent ORDER BY seq`);
  const parse = (row: Record<string, unknown>): WhatsAppMessage =>
    JSON.parse(String(row['message'])) as WhatsAppMessage;

  return {
    account: () => {
      const row = getMeta.get('account');
      return row === undefined ? null : (JSON.parse(String(row['value'])) as LinkedAccount);
    },
    link: (account) => void setMeta.run('account', JSON.stringify(account)),
    unlink: () => void dropMeta.run('account'),
    countOpening: () => {
      const count = Number(getMeta.get('openings')?.['value'] ?? 0) + 1;
      setMeta.run('openings', String(count));
      return count;
    },
    addReceived: (message) =>
      insertReceived.run(
        message.id,
        message.chatId,
        message.fromMe ? 1 : 0,
        message.timestamp,
        message.fromMe ? 1 : 0,
        JSON.stringify(message),
      ).changes > 0,
    missed: (since) => selectMissed.all(since).map(parse),
    received: (id) => {
      const row = selectReceived.get(id);
      return row === undefined ? null : parse(row);
    },
    rewrite: (message) => void rewriteReceived.run(JSON.stringify(message), message.id),
    remove: (id) => {
      dropReceived.run(id);
      insertRemoved.run(id);
    },
    wasRemoved: (id) => selectRemoved.get(id) !== undefined,
    markRead: (chatId) => void readChat.run(chatId),
    addSent: (sent) =>
      Number(insertSent.run(sent.chatId, sent.messageId, sent.text, sent.at, sent.status, sent.ack).lastInsertRowid),
    goOut: (seq, at) => void outSent.run(at, seq),
    setAck: (seq, ack) => void ackSent.run(ack, seq),
    find: (messageId) => (findSent.get(messageId) as SentMessage | undefined) ?? null,
    unsettled: (limit) => unsettledSent.all(limit) as unknown as SentMessage[],
    held: () => heldSent.all() as unknown as SentMessage[],
    sent: () => allSent.all() as unknown as SentMessage[],
    receivedCount: () => Number(countReceived.get()?.['n'] ?? 0),
    close: () => {
      if (database.isOpen) database.close();
    },
  };
};

export interface NewInbound {
  /** Default: made from the time and a counter of the phone. */
  readonly id?: string | undefined;
  readonly chatId: string;
  readonly text: string;
  readonly kind?: MessageKind | undefined;
  readonly addresses?: readonly string[] | undefined;
  readonly facts?: MessageFacts | undefined;
  readonly fromMe?: boolean | undefined;
  readonly phone?: string | null | undefined;
  readonly pushName?: string | null | undefined;
  readonly author?: string | null | undefined;
  readonly isSavedContact?: boolean | undefined;
  readonly mimeType?: string | null | undefined;
  /** Epoch ms; default now. WhatsApp knows seconds only. */
  readonly timestamp?: EpochMs | undefined;
}

const chatKindOf = (chatId: string): WhatsAppMessage['chatKind'] => {
  if (chatId === 'status@broadcast') return 'status';
  if (chatId.endsWith('@g.us')) return 'group';
  if (chatId.endsWith('@broadcast')) return 'broadcast';
  if (chatId.endsWith('@newsletter')) return 'newsletter';
  return chatId.endsWith('@c.us') || chatId.endsWith('@lid') ? 'person' : 'other';
};

/** A whole message from the few words a test or a script gives. */
export const inboundMessage = (given: NewInbound, freshId: string, now: EpochMs): WhatsAppMessage => {
  const fromMe = given.fromMe ?? false;
  const digits = /^(\d+)@c\.us$/.exec(given.chatId)?.[1] ?? null;
  const phone = given.phone === undefined ? digits : given.phone;
  return {
    id: given.id ?? `${fromMe}_${given.chatId}_${freshId}`,
    chatId: given.chatId,
    chatKind: chatKindOf(given.chatId),
    addresses: [
      ...new Set([...addressesOf(given.chatId, chatKindOf(given.chatId), phone), ...(given.addresses ?? [])]),
    ],
    fromMe,
    author: given.author ?? null,
    phone,
    kind: given.kind ?? 'text',
    text: given.text,
    mimeType: given.mimeType ?? null,
    pushName: given.pushName ?? null,
    isSavedContact: given.isSavedContact ?? false,
    timestamp: Math.floor((given.timestamp ?? now) / 1000) * 1000,
    quotedId: null,
    facts: given.facts ?? null,
    quoted: null,
    ad: null,
    edited: false,
    ack: fromMe ? 1 : 0,
  };
};

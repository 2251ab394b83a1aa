import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageKinds } from '../whatsapp-client.ts';
import { sendFaults } from './phone-sends.ts';

/**
 * What a test may ask of a running simulated phone, over `tokens/<name>/simulated.sock`: one JSON object a line, answered in order by
 * `{"id": …, "ok": true, "result": …}` or `{"id": …, "ok": false, "error": "…"}`.
 */

const text = z.string().max(65_536);
const inbound = z.strictObject({
  id: text.optional(),
  chatId: text,
  text,
  kind: z.enum(messageKinds).optional(),
  /** Other addresses of the same person. */
  addresses: z.array(text).max(10).optional(),
  facts: z.looseObject({}).optional(),
  fromMe: z.boolean().optional(),
  phone: text.nullable().optional(),
  pushName: text.nullable().optional(),
  author: text.nullable().optional(),
  isSavedContact: z.boolean().optional(),
  mimeType: text.nullable().optional(),
  timestamp: z.number().optional(),
});

export const controlRequestSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('state') }),
  /** Somebody scans the QR that is shown. */
  z.strictObject({ do: z.literal('scan'), phone: z.string().optional() }),
  z.strictObject({ do: z.literal('enter-code') }),
  /** Messages reach the phone: from customers, or (`fromMe`) typed by the owner. Result: their ids. */
  z.strictObject({ do: z.literal('deliver'), messages: z.array(inbound).max(10_000) }),
  /**
   * What becomes of a message that reached the phone (`id` serialised), also while its session has no connection: other words, a
   * ciphertext that can be read, deleted for everybody. A reaction (empty: taken back) is heard by a connected session only.
   */
  z.strictObject({ do: z.literal('edit'), id: text, text }),
  z.strictObject({ do: z.literal('clear'), id: text, text }),
  z.strictObject({ do: z.literal('remove'), id: text }),
  z.strictObject({ do: z.literal('react'), id: text, author: text, value: text }),
  z.strictObject({
    do: z.literal('drop'),
    reason: z.enum(['no-network', 'socket-timeout', 'conflict']).optional(),
    /** Without it: until `reconnect`. */
    lastMs: z.number().int().min(0).optional(),
  }),
  z.strictObject({ do: z.literal('reconnect') }),
  z.strictObject({ do: z.literal('unlink') }),
  z.strictObject({ do: z.literal('ban') }),
  z.strictObject({ do: z.literal('break'), reason: z.enum(['page-crashed', 'page-hung', 'browser-exited']) }),
  z.strictObject({ do: z.literal('send-faults'), faults: z.array(z.enum(sendFaults)) }),
  /** What was held goes out. Result: how many. */
  z.strictObject({ do: z.literal('release') }),
  /** `deaf`: connected, but nothing arrives. `hung`: the page does not answer. */
  z.strictObject({ do: z.literal('faults'), deaf: z.boolean().optional(), hung: z.boolean().optional() }),
]);
export type ControlRequest = z.infer<typeof controlRequestSchema>;

export interface ControlResults {
  state: { state: string; phone: string | null; received: number };
  deliver: { ids: string[] };
  release: { released: number };
}

const longestSocketPath = 107;

/**
 * The address of the control socket. A Unix socket's path holds 107 bytes; a longer one is reached through the directory's descriptor
 * (Linux), which `release` closes.
 */
export const controlSocketAddress = (profileDir: string): { path: string; release: () => void } => {
  const path = join(profileDir, 'simulated.sock');
  if (Buffer.byteLength(path) <= longestSocketPath) return { path, release: () => undefined };
  const descriptor = openSync(profileDir, 'r');
  return { path: `/proc/self/fd/${descriptor}/simulated.sock`, release: () => closeSync(descriptor) };
};

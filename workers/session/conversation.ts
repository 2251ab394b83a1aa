import type { Light } from '../../src/protocol/fleet.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import type { WhatsAppMessage } from '../whatsapp/whatsapp-client.ts';

/** What a session needs of its conversations; the pipeline behind it is workers/conversation. */
export interface SessionConversation {
  onMessage(message: WhatsAppMessage): void;
  onAck(id: string, ack: number): void;
  /** Connected with the right phone: catches up and answers. */
  onConnected(): void;
  onDisconnected(): void;
  /** The store has something new: configuration, an approved draft, a `send`. */
  wake(): void;
  ai(): Light;
  /** Takes no new turn and ends the running ones, at most `within`; then nothing is sent any more. */
  drain(within: Milliseconds): Promise<void>;
  close(): Promise<void>;
}

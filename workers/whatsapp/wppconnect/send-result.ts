import { overReason } from '../send-right.ts';
import type { SendRefusal, SendResult } from '../whatsapp-client.ts';

/**
 * How far a send came and what the page knew of it then. `chat`: no such chat. `over`: the right to send had passed. `known`: a message with this id is there already. `late`:
 * no word of it in time. `end`: its end by WhatsApp's result and the message's ack. `error`: it rejected; `ack` null: no message was filed.
 */
export type SendTrace =
  | { readonly at: 'chat'; readonly error: string }
  | { readonly at: 'over' }
  | { readonly at: 'known' }
  | { readonly at: 'late' }
  | {
      readonly at: 'end';
      readonly id: string;
      readonly result: string | null;
      readonly ack: number;
      readonly refusal: SendRefusal;
    }
  | { readonly at: 'error'; readonly error: string; readonly ack: number | null; readonly refusal: SendRefusal };

const refused = (code: SendRefusal, reason: string): SendResult => ({ kind: 'refused', code, reason });
const unknown = (reason: string): SendResult => ({ kind: 'unknown', reason });

const endOf = (trace: SendTrace & { readonly at: 'end' }): SendResult => {
  const { result, ack, refusal } = trace;
  const isError = result !== null && result !== 'OK';
  if (ack === -1) return refused(refusal, `WhatsApp refused the message (${result ?? 'no reason given'})`);
  if (!isError) return { kind: 'accepted', id: trace.id, ack };
  // It waits in the page and goes out with the next connection; or it went out, and the error is about something else.
  if (result === 'ERROR_NETWORK' || ack > 0) return unknown(`WhatsApp answered ${result}`);
  return refused(refusal, `WhatsApp refused the message (${result})`);
};

/** `refused` only for what certainly did not go out. */
export const sendResultOf = (trace: SendTrace): SendResult => {
  switch (trace.at) {
    case 'chat':
      return refused('not-a-chat', `chat not found: ${trace.error}`);
    case 'over':
      return refused('over', overReason);
    case 'known':
      return unknown('a message with this id exists already');
    case 'late':
      return unknown('WhatsApp did not confirm the message in time');
    case 'end':
      return endOf(trace);
    case 'error': {
      const isOut = trace.ack !== null && trace.ack !== -1 && trace.refusal === 'error';
      return isOut ? unknown(trace.error) : refused(trace.refusal, trace.error);
    }
  }
};

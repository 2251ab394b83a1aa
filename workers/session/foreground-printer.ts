import { qrLines } from '../../src/qr/qr-text.ts';
import { formatPhone } from '../../src/session/phone.ts';
import { plainText } from '../../src/session/plain-text.ts';
import type { WhatsAppClient, WhatsAppMessage } from '../whatsapp/whatsapp-client.ts';
import type { StateBody } from './link-view.ts';
import type { CodeBody } from './shown-code.ts';

/** What is needed of process.stdout. */
export interface TextOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** Prints one session in the foreground: a line for every state, its QR, and what is said in its chats. */
export interface ForegroundPrinter {
  line(text: string): void;
  state(state: StateBody): void;
  code(code: CodeBody): void;
  ai(light: { readonly status?: string; readonly reason: string | null }): void;
  /** The same phone; what comes in and goes out is printed. */
  watch(client: WhatsAppClient): WhatsAppClient;
}

const clock = (): string => new Date().toTimeString().slice(0, 8);
const who = (message: Pick<WhatsAppMessage, 'chatId' | 'phone' | 'pushName'>): string =>
  plainText(message.pushName ?? (message.phone === null ? message.chatId : formatPhone(message.phone)));

/** A name for every chat that wrote; the oldest is forgotten beyond this. */
const rememberedChats = 500;

export const createForegroundPrinter = (options: {
  readonly stdout: TextOutput;
  readonly colour: boolean | undefined;
}): ForegroundPrinter => {
  const colour = options.colour ?? options.stdout.isTTY === true;
  const names = new Map<string, string>();
  let shownState = '';
  let shownAi: string | null = null;
  const line = (text: string): void => void options.stdout.write(`${clock()}  ${text}\n`);

  return {
    line,
    state: (state) => {
      const phone = state.phone === null ? '' : `  ${formatPhone(state.phone)}`;
      const reason = state.reason === null ? '' : `  ${plainText(state.reason)}`;
      const text = `${state.state}${phone}${reason}`;
      if (text !== shownState) line(text);
      shownState = text;
    },
    code: (code) => {
      if (code.kind === 'none') return;
      const seconds = Math.max(0, Math.round((code.expiresAt - Date.now()) / 1000));
      const which = `${code.attempt} of ${code.maxAttempts}, expires in ${seconds} s`;
      if (code.kind === 'code') {
        line(`pairing code ${code.payload.slice(0, 4)}-${code.payload.slice(4)}  ${which}`);
        return;
      }
      options.stdout.write(`\n${qrLines(code.payload, { colour }).join('\n')}\n`);
      line(`on the phone: WhatsApp > Linked devices > Link a device, and scan this  (${which})`);
    },
    ai: (light) => {
      if (light.reason === shownAi) return;
      shownAi = light.reason;
      line(light.reason === null ? 'AI ok' : `AI: ${plainText(light.reason)}`);
    },
    watch: (client) => {
      client.on((event) => {
        if (event.type !== 'message' || event.message.fromMe) return;
        const { message } = event;
        names.delete(message.chatId);
        names.set(message.chatId, who(message));
        const [oldest] = names.keys();
        if (names.size > rememberedChats && oldest !== undefined) names.delete(oldest);
        line(`< ${who(message)}: ${message.kind === 'text' ? plainText(message.text) : `[${message.kind}]`}`);
      });
      const send: WhatsAppClient['send'] = async (message) => {
        const result = await client.send(message);
        const outcome = result.kind === 'accepted' ? '' : `  (${result.kind}: ${plainText(result.reason)})`;
        line(`> ${names.get(message.chatId) ?? plainText(message.chatId)}: ${plainText(message.text)}${outcome}`);
        return result;
      };
      return { ...client, send };
    },
  };
};

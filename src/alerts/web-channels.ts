import { createHmac } from 'node:crypto';
import { type Channel, postJson } from './channel.ts';

/** Channels that are one POST to an address of the operator's. */

/**
 * JSON with `X-Zap-Timestamp` (epoch seconds) and, when a secret is set, `X-Zap-Signature: sha256=<hex HMAC of "timestamp.body">`.
 */
export const webhookChannel = (options: {
  readonly url: string;
  readonly secret: string | undefined;
  readonly host: string;
  readonly now: () => number;
}): Channel => ({
  name: 'webhook',
  send: async ({ kind, text, at, key, session }) => {
    const body = { kind, text, key, session, host: options.host, at: new Date(at).toISOString() };
    const timestamp = String(Math.floor(options.now() / 1000));
    const signature =
      options.secret === undefined
        ? {}
        : {
            'x-zap-signature': `sha256=${createHmac('sha256', options.secret)
              .update(`${timestamp}.${JSON.stringify(body)}`)
              .digest('hex')}`,
          };
    await postJson(options.url, body, { 'x-zap-timestamp': timestamp, ...signature });
  },
});

/** Slack reads `<…>` and `&` as its own markup: a name must not ping a channel. */
const slackText = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

export const slackChannel = (url: string): Channel => ({
  name: 'slack',
  send: async ({ text }) => {
    await postJson(url, { text: slackText(text) });
  },
});

/** Discord's limit of one message. */
const discordMax = 2000;

export const discordChannel = (url: string): Channel => ({
  name: 'discord',
  send: async ({ text }) => {
    await postJson(url, { content: text.slice(0, discordMax), allowed_mentions: { parse: [] } });
  },
});

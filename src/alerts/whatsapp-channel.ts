import type { Fleet } from '../protocol/door.ts';
import { FleetError } from '../session/fleet-error.ts';
import { parsePhone } from '../session/phone.ts';
import { type Channel, ChannelError } from './channel.ts';

/** Through a session of this very fleet, by the same door and outbox as every other message: sent once, or not at all. */
export const whatsappChannel = (fleet: Fleet, session: string, to: string): Channel => {
  const phone = parsePhone(to);
  if (phone === null) throw new FleetError('usage', 'ALERT_WHATSAPP_TO must be a phone number. Example: 5511987654321');
  return {
    name: 'whatsapp',
    send: async ({ text }) => {
      const row = fleet.getSnapshot().sessions.find((each) => each.name === session);
      if (row === undefined) throw new ChannelError(`there is no session ${session} (ALERT_WHATSAPP_SESSION)`);
      // Not into its outbox while it is away: the alert would come when it is over.
      if (row.state !== 'connected') throw new ChannelError(`${session} is not connected`);
      let status: string;
      try {
        ({ status } = await fleet.request('send', { name: session, chat: `${phone}@c.us`, text, actor: 'alerts' }));
      } catch (error) {
        throw new ChannelError(error instanceof FleetError ? error.code : 'it failed');
      }
      if (status === 'refused') throw new ChannelError('WhatsApp refused to send it');
    },
  };
};

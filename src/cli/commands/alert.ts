import { FleetError } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import { type CommandSpec, flag, jsonOption, textArgument } from './command.ts';

/** `alert test`: whether a message really arrives, before the night in which it has to. */
export const alert: CommandSpec = {
  usage: 'alert <action>',
  summary: 'test: send a test message through every alert channel that is set up',
  example: 'zap-fleet alert test',
  completes: [['test'], []],
  options: [jsonOption],
  run: async (context, [given], options) => {
    const action = textArgument(given);
    if (action !== 'test') throw new FleetError('usage', `alert takes test, not ${JSON.stringify(action)}.`);
    const fleet = await context.connect();
    const { channels } = await fleet.request('alertTest', {});
    if (flag(options, 'json')) context.print(JSON.stringify({ channels }));
    else
      for (const { channel, ok, reason } of channels)
        context.print(
          plainText(ok ? `  ok  ${channel}: it took the message` : `BAD!  ${channel}: ${reason ?? 'failed'}`),
        );
    return channels.every(({ ok }) => ok) ? 0 : 1;
  },
};

import { prepareHome } from '../../../home/home-paths.ts';
import { apiToken, apiTokenFile, renewApiToken } from '../../../http/token.ts';
import { FleetError } from '../../../session/fleet-error.ts';
import { type CommandSpec, flag, jsonOption } from '../command.ts';
import { isMasterRunning } from './is-master-running.ts';

/** `token`: what opens the API. It is printed because it was asked for, and nowhere else. */
export const token: CommandSpec = {
  usage: 'token',
  summary: 'the token of the API and of the web page; made on the first start',
  example: 'curl -H "Authorization: Bearer $(zap-fleet token)" http://127.0.0.1:3000/api/sessions',
  options: [{ flags: '--rotate', help: 'a new one: the old one and every login in a browser end' }, jsonOption],
  run: async (context, _args, options) => {
    const { secrets, sources, paths } = context.loaded;
    const given = secrets.FLEET_API_TOKEN;
    if (flag(options, 'rotate')) {
      if (given !== undefined) {
        throw new FleetError(
          'refused-by-state',
          `FLEET_API_TOKEN is set (${sources['FLEET_API_TOKEN'] ?? 'environment'}). Change it there and start the fleet again.`,
        );
      }
      if (await isMasterRunning(context)) {
        const fleet = await context.connect();
        await fleet.request('rotateToken', { actor: 'you' });
      } else {
        prepareHome(paths);
        renewApiToken(apiTokenFile(paths.data));
      }
    }
    const fromFile = (): string => {
      prepareHome(paths);

      return apiToken(apiTokenFile(paths.data));
    };
    const current = given ?? fromFile();
    context.print(flag(options, 'json') ? JSON.stringify({ token: current }) : current);
    return 0;
  },
};

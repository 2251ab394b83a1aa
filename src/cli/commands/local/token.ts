import { prepareHome } from '../../../home/home-paths.ts';
import { apiToken, apiTokenFile, renewApiToken } from '../../../http/token.ts';
import { FleetError } from '../../../session/fleet-error.ts';
import { type CommandContext, type CommandSpec, flag, jsonOption, textArgument } from '../command.ts';
import { addToken, listTokens, revokeToken } from './access-tokens.ts';
import { isMasterRunning } from './is-master-running.ts';

/** The running fleet's: it may have been started with another environment than this shell's. */
const tokenInUse = async (context: CommandContext, rotate: boolean): Promise<string> => {
  const fleet = await context.connect();
  if (rotate) await fleet.request('rotateToken', { actor: 'you' });
  const { token, from } = await fleet.request('apiToken', {});

  const given = context.loaded.secrets.FLEET_API_TOKEN;
  if (given !== undefined && given !== token)
    context.warn(
      `FLEET_API_TOKEN is set to another one here (${context.loaded.sources['FLEET_API_TOKEN'] ?? 'environment'}), but the fleet that runs was started with ${from}. To use the one set here: zap-fleet master stop --keep-sessions, then start it again.`,
    );
  return token;
};

/** What the next start will take. */
const tokenOfNextStart = (context: CommandContext, rotate: boolean): string => {
  const { secrets, sources, paths } = context.loaded;
  const given = secrets.FLEET_API_TOKEN;
  if (rotate && given !== undefined)
    throw new FleetError(
      'refused-by-state',
      `FLEET_API_TOKEN is set (${sources['FLEET_API_TOKEN'] ?? 'environment'}). Change it there and start the fleet again.`,
    );
  if (given !== undefined) return given;

  prepareHome(paths);
  if (rotate) renewApiToken(apiTokenFile(paths.data));
  return apiToken(apiTokenFile(paths.data));
};

/** `token`: what opens the API. It is printed because it was asked for, and nowhere else. */
export const token: CommandSpec = {
  usage: 'token [action] [name]',
  completes: [['add', 'ls', 'revoke']],
  summary:
    'the token of the API and of the web page that works now; named ones with less rights: `add NAME --scope …`, `ls`, `revoke NAME`',
  example: 'curl -H "Authorization: Bearer $(zap-fleet token)" http://127.0.0.1:3000/api/sessions',
  options: [
    { flags: '--rotate', help: 'a new one: the old one and every login in a browser end' },
    {
      flags: '--scope <scope>',
      help: 'with add: read (looks, with what customers wrote), operate (runs the bots) or admin (everything)',
    },
    { flags: '--sessions <names>', help: 'with add: only these, with commas between; left out: all' },
    { flags: '--expires <span>', help: 'with add: 12h, 90d, 52w; left out: never' },
    jsonOption,
  ],
  run: async (context, [action, name], options) => {
    switch (textArgument(action)) {
      case '':
        break;
      case 'add':
        return addToken(context, textArgument(name), options);
      case 'ls':
        return listTokens(context, options);
      case 'revoke':
        return revokeToken(context, textArgument(name), options);
      default:
        throw new FleetError('usage', 'say add, ls or revoke; without a word it prints the token of the API.');
    }
    const rotate = flag(options, 'rotate');
    const current = (await isMasterRunning(context))
      ? await tokenInUse(context, rotate)
      : tokenOfNextStart(context, rotate);
    context.print(flag(options, 'json') ? JSON.stringify({ token: current }) : current);
    return 0;
  },
};

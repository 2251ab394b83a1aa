import { setTimeout as delay } from 'node:timers/promises';
import { FleetError } from '../../session/fleet-error.ts';
import { isLogLevel, parseLogLine } from '../../session/log-line.ts';
import { escapeControls, plainText } from '../../session/plain-text.ts';
import { type CommandSpec, flag, jsonOption, sessionNamed, textArgument, textOption } from './command.ts';
import { clockTime } from './printing.ts';

const followEveryMs = 500;

/** A JSON log line for a person; a line that is not one is shown as it is, made plain. */
export const logLineText = (line: string): string => {
  const parsed = parseLogLine(line);
  if (parsed === null) return plainText(line);

  const { at, level, text, fields } = parsed;
  const rest = Object.entries(fields)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  return plainText(`${clockTime(at)} ${level.padEnd(5)} ${text}${rest === '' ? '' : `  ${rest}`}`);
};

export const logs: CommandSpec = {
  usage: 'logs [name]',
  summary: "a session's log, or the fleet's own",
  example: 'zap-fleet logs padaria-joao -f',
  options: [
    { flags: '-f, --follow', help: 'go on as it grows, also across a rotation' },
    { flags: '--lines <n>', help: 'how many to begin with (default 100)' },
    { flags: '--level <level>', help: 'from now on write debug, info, warn or error lines, until it starts again' },
    jsonOption,
  ],
  run: async (context, [given], options) => {
    const name = given === undefined ? null : sessionNamed(textArgument(given));
    const wanted = textOption(options, 'lines') ?? '100';
    if (!/^\d{1,4}$/.test(wanted))
      throw new FleetError('usage', '--lines is a number from 0 to 5000. Example: --lines 200');
    const level = textOption(options, 'level');
    if (level !== undefined && !isLogLevel(level))
      throw new FleetError('usage', '--level is debug, info, warn or error. Example: --level debug');
    const fleet = await context.look();
    if (level !== undefined) {
      await fleet.request('logLevel', { name, level, actor: 'you' });
      if (!flag(options, 'follow')) {
        context.print(`${name ?? 'the fleet'}: log level ${level} from now on.`);
        return 0;
      }
    }
    const show = (lines: readonly string[]): void => {
      for (const line of lines) context.printAsIs(flag(options, 'json') ? escapeControls(line) : logLineText(line));
    };
    let page = await fleet.request('logs', { name, lines: Math.min(5000, Number(wanted)) });
    show(page.lines);
    while (flag(options, 'follow') && !context.signal.aborted) {
      try {
        await delay(followEveryMs, undefined, { signal: context.signal });
      } catch (error) {
        if (context.signal.aborted) return 0;
        throw error;
      }
      try {
        page = await fleet.request('logs', { name, cursor: page.cursor });
      } catch (error) {
        // The master is being started again; the door finds the way back and the cursor still holds.
        if (error instanceof FleetError && error.code === 'unavailable') continue;
        throw error;
      }
      show(page.lines);
    }
    return 0;
  },
};

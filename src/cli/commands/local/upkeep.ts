import { messageOf } from '../../../session/fleet-error.ts';
import { plainText } from '../../../session/plain-text.ts';
import { type CommandContext, type CommandSpec, flag, jsonOption } from '../command.ts';

/** `doctor` and `cleanup`: they look and mend without a master. What they look at is handed in by the program. */

export interface DoctorFinding {
  readonly code: string;
  readonly level: 'ok' | 'warn' | 'bad';
  readonly text: string;
  readonly mend: string | null;
}

export const doctor = (examine: (context: CommandContext) => Promise<readonly DoctorFinding[]>): CommandSpec => ({
  usage: 'doctor',
  summary: 'look for what is wrong and say what mends it; where every setting came from',
  example: 'zap-fleet doctor',
  home: 'reported',
  options: [jsonOption],
  run: async (context, _args, options) => {
    const findings = await examine(context);
    const { sources } = context.loaded;
    const worst = findings.some((finding) => finding.level === 'bad') ? 1 : 0;
    if (flag(options, 'json')) {
      context.print(JSON.stringify({ findings, sources }, null, 2));
      return worst;
    }
    const marks = { ok: '  ok', warn: '   !', bad: 'BAD!' } as const;
    const tones = { ok: 'plain', warn: 'warn', bad: 'bad+' } as const;
    for (const finding of findings) {
      context.print(plainText(`${marks[finding.level]}  ${finding.text}`), tones[finding.level]);
      if (finding.mend !== null) context.print(plainText(`      mend: ${finding.mend}`), 'accent');
    }
    const set = Object.entries(sources).filter(([, source]) => source !== 'default');
    context.print('');
    context.print(set.length === 0 ? 'Every setting has its default.' : 'Settings that are set:');
    for (const [name, source] of set) context.print(`      ${name}  from ${source}`);
    return worst;
  },
});

export interface CleanupItem {
  readonly text: string;
  readonly needsConsent: boolean;
  remove(): Promise<void>;
}

export const cleanup = (find: (context: CommandContext) => Promise<readonly CleanupItem[]>): CommandSpec => ({
  usage: 'cleanup',
  summary: 'remove what crashes left behind: orphan browsers, stale locks, temporary files',
  example: 'zap-fleet cleanup --dry-run',
  options: [
    { flags: '--dry-run', help: 'only show what would go' },
    { flags: '--yes', help: 'also logins of sessions that are gone, without asking' },
  ],
  run: async (context, _args, options) => {
    const items = await find(context);
    if (items.length === 0) {
      context.print('Nothing is left over.');
      return 0;
    }
    let exitCode = 0;
    for (const item of items) {
      if (flag(options, 'dryRun')) {
        context.print(plainText(`would go${item.needsConsent ? ' (asks first)' : ''}: ${item.text}`));
        continue;
      }
      if (
        item.needsConsent &&
        !flag(options, 'yes') &&
        !(context.isTerminal && (await context.confirm(plainText(`${item.text}. Remove it?`))))
      ) {
        context.print(plainText(`kept: ${item.text}`));
        continue;
      }
      try {
        await item.remove();
        context.print(plainText(`gone: ${item.text}`));
      } catch (error) {
        context.warn(plainText(`${item.text}: ${messageOf(error)}`));
        exitCode = 1;
      }
    }
    return exitCode;
  },
});

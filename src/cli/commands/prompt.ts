import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FleetError } from '../../session/fleet-error.ts';
import { plainLines, plainText } from '../../session/plain-text.ts';
import { type CommandSpec, flag, jsonOption, sessionNamed, textArgument, textOption } from './command.ts';
import { textOrFile } from './create.ts';
import { lineDiff } from './line-diff.ts';
import { clockTime, printTable } from './printing.ts';

/** Opens `text` in $EDITOR and gives back what was saved. The file is ours alone and gone afterwards. */
const edit = (text: string): string => {
  const editor = process.env['VISUAL'] ?? process.env['EDITOR'] ?? 'vi';
  const directory = mkdtempSync(join(tmpdir(), 'zap-fleet-'));
  const file = join(directory, 'instructions.txt');
  try {
    writeFileSync(file, text, { mode: 0o600 });
    const result = spawnSync(editor, [file], { stdio: 'inherit', shell: editor.includes(' ') });
    if (result.error !== undefined || result.status !== 0) {
      throw new FleetError(
        'failed',
        `the editor ${editor} did not end well; nothing was changed. Set EDITOR to one that is installed.`,
        { cause: result.error },
      );
    }
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

export const prompt: CommandSpec = {
  usage: 'prompt <name> [text]',
  summary: "show or change a session's instructions; TEXT or @FILE sets them",
  example: 'zap-fleet prompt padaria-joao @padaria.txt',
  options: [
    { flags: '--edit', help: 'in $EDITOR' },
    { flags: '--history', help: 'every version: who and when' },
    { flags: '--diff <version>', help: 'what a version changed' },
    { flags: '--draft', help: 'the new version only drafts (watch mode) until: zap-fleet resume NAME' },
    { flags: '--rollback <version>', help: 'go back to a version (as a new one)' },
    jsonOption,
  ],
  run: async (context, [given, text], options) => {
    const name = sessionNamed(textArgument(given));
    const json = flag(options, 'json');
    const rollback = textOption(options, 'rollback');
    if (rollback !== undefined) {
      if (!/^\d{1,6}$/.test(rollback))
        throw new FleetError('usage', `--rollback takes a version number. See: zap-fleet prompt ${name} --history`);
      const fleet = await context.reach();
      const { version } = await fleet.request('promptRollback', { name, version: Number(rollback), actor: 'you' });
      context.print(
        json
          ? JSON.stringify(version)
          : `${name}: version ${version.version} is in use, with the text of version ${rollback}.`,
      );
      return 0;
    }
    const isAsked = flag(options, 'history') || textOption(options, 'diff') !== undefined;
    const isChange = !isAsked && (flag(options, 'edit') || typeof text === 'string');
    const fleet = await (isChange ? context.reach() : context.look());
    const { versions } = await fleet.request('promptHistory', { name });
    const current = versions.find((version) => version.isCurrent) ?? null;
    if (flag(options, 'history')) {
      if (json) context.print(JSON.stringify(versions, null, 2));
      else
        context.print(
          printTable(
            ['', 'VERSION', 'WHEN', 'WHO', 'BEGINS'],
            versions.map((version) => [
              version.isCurrent ? '*' : '',
              String(version.version),
              clockTime(version.createdAt),
              version.author,
              version.text.slice(0, 60),
            ]),
            [1],
          ),
        );
      return 0;
    }
    const shown = textOption(options, 'diff');
    if (shown !== undefined) {
      const version = versions.find((one) => String(one.version) === shown);
      if (version === undefined)
        throw new FleetError('usage', `${name} has no version ${shown}. See: zap-fleet prompt ${name} --history`);
      const before = versions.find((one) => one.version === version.version - 1)?.text ?? '';
      const lines = before === '' ? version.text.split('\n').map((line) => `+${line}`) : lineDiff(before, version.text);
      for (const line of lines) context.printAsIs(plainText(line));
      return 0;
    }
    const wanted = flag(options, 'edit')
      ? edit(current?.text ?? '')
      : typeof text === 'string'
        ? await textOrFile(text)
        : null;
    if (wanted === null) {
      if (json) context.print(JSON.stringify(current));
      else if (current === null)
        context.print(`${name} has no instructions yet. Set them with: zap-fleet prompt ${name} --edit`);
      else for (const line of plainLines(current.text)) context.printAsIs(line);
      return 0;
    }
    if (wanted === current?.text) {
      context.print(`${name}: nothing changed.`);
      return 0;
    }
    const isDraft = flag(options, 'draft');
    // First: no answer of the new version may go out.
    if (isDraft) await fleet.request('watch', { name, on: true, actor: 'you' });
    const { version } = await fleet.request('prompt', { name, text: wanted, actor: 'you' });
    const use = isDraft
      ? `drafts from the next answer on. See: zap-fleet drafts ${name}. Go live: zap-fleet resume ${name}`
      : 'is in use from the next answer on.';
    context.print(json ? JSON.stringify(version) : `${name}: version ${version.version} ${use}`);
    return 0;
  },
};

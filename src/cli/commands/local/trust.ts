import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { FleetError } from '../../../session/fleet-error.ts';
import { plainText } from '../../../session/plain-text.ts';
import { type EnvFile, examineEnvFile, namesToConfirm, refusalLine } from '../../../settings/env-file-trust.ts';
import { readTrusted, trustFile, writeTrusted } from '../../../settings/trusted-directories.ts';
import { type CommandContext, type CommandSpec, flag, jsonOption, textArgument } from '../command.ts';

/** `trust`: a person confirms the `.env` of a directory as it is now, as `direnv allow` does. */

/** Programs and places are shown, of an address its server: the rest of it may be a secret. */
const shownValue = (name: string, value: string): string => {
  if (/^(BROWSER_PATH|BROWSER_ARGS|WHATSAPP_VERSION|FLEET_HOME|PM2_HOME|PM2_LOG_DIR|FLEET_HOST)$/.test(name))
    return `${name}=${value}`;
  if (/_URL$/.test(name) && URL.canParse(value)) return `${name}=${new URL(value).origin}`;
  return name;
};

type ReadEnvFile = Extract<EnvFile, { kind: 'read' }>;

const confirmedNames = ({ values }: ReadEnvFile): readonly string[] =>
  namesToConfirm(Object.keys(values).filter((name) => values[name]?.trim() !== ''));

/** Every directory that was confirmed, and whether its `.env` is still the one. */
const listTrusted = (context: CommandContext, asJson: boolean): void => {
  const { home } = context.loaded.paths;
  const listed = Object.keys(readTrusted(trustFile())).map((directory) => {
    const found = examineEnvFile({ directory, home });
    return { directory, counts: found.kind === 'read' && (found.standing === 'confirmed' || found.standing === 'own') };
  });

  if (asJson) context.print(JSON.stringify({ trusted: listed }, null, 2));
  else if (listed.length === 0) context.print('No directory is confirmed.');
  else
    for (const { directory, counts } of listed)
      context.print(plainText(counts ? directory : `${directory}  (changed or gone since: it does not count)`));
};

const revoke = (context: CommandContext, directory: string, asJson: boolean): void => {
  const file = trustFile();
  const known = readTrusted(file);
  const isKnown = Object.hasOwn(known, directory);
  if (isKnown) writeTrusted(file, Object.fromEntries(Object.entries(known).filter(([one]) => one !== directory)));

  if (asJson) context.print(JSON.stringify({ directory, revoked: isKnown }));
  else context.print(plainText(isKnown ? `${directory} is not trusted any more.` : `${directory} was not trusted.`));
};

const confirm = (context: CommandContext, found: ReadEnvFile, asJson: boolean): void => {
  const names = confirmedNames(found);
  if (found.standing !== 'own')
    writeTrusted(trustFile(), { ...readTrusted(trustFile()), [found.directory]: found.hash });

  if (asJson) {
    context.print(JSON.stringify({ directory: found.directory, names }));
    return;
  }
  if (found.standing === 'own') {
    context.print(plainText(`${found.directory} is the fleet's own: all of its .env counts already.`));
    return;
  }
  context.print(
    plainText(`${found.file} counts whole from now on, as it is now. After a change it is asked about again.`),
  );
  for (const name of names) context.print(plainText(`  ${shownValue(name, found.values[name] ?? '')}`));
};

export const trust: CommandSpec = {
  usage: 'trust [dir]',
  summary: 'let the .env of a directory (default: this one) say which programs run and where data goes',
  example: 'zap-fleet trust .',
  options: [
    { flags: '--revoke', help: 'take it back' },
    { flags: '--list', help: 'only show what is trusted' },
    jsonOption,
  ],
  home: 'none',
  run: async (context, [given], options) => {
    const asJson = flag(options, 'json');
    const typed = resolve(textArgument(given) || '.');
    const directory = existsSync(typed) ? realpathSync(typed) : typed;
    const found = examineEnvFile({ directory, home: context.loaded.paths.home });

    if (flag(options, 'list') || (given === undefined && found.kind === 'absent' && !flag(options, 'revoke'))) {
      listTrusted(context, asJson);
      return 0;
    }
    if (flag(options, 'revoke')) {
      revoke(context, directory, asJson);
      return 0;
    }
    if (found.kind === 'absent') throw new FleetError('usage', `there is no .env in ${plainText(directory)}.`);
    if (found.kind === 'unsafe') throw new FleetError('refused-by-state', refusalLine(found.refusal));

    confirm(context, found, asJson);
    return 0;
  },
};

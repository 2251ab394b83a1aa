import { stat } from 'node:fs/promises';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import { sendFileBounds, shownFileName } from '../../session/send-file.ts';
import { bringFile, sizeWords } from './bring-file.ts';
import {
  type CommandContext,
  type CommandSpec,
  flag,
  jsonOption,
  listArgument,
  type Options,
  sessionNamed,
  textArgument,
  textOption,
} from './command.ts';
import { clockTime, printTable } from './printing.ts';

/** `files`: what a session's bot may send. */

const heads = {
  en: ['NAME', 'FILE', 'KIND', 'SIZE', 'VERSION', 'SENT IN 7 DAYS', 'ADDED', 'WHAT IT IS'],
  'pt-BR': ['NOME', 'ARQUIVO', 'TIPO', 'TAMANHO', 'VERSÃO', 'ENVIOS EM 7 DIAS', 'DESDE', 'O QUE É'],
} as const;
const kinds = {
  en: { image: 'picture', video: 'video', audio: 'sound', document: 'document', voice: 'voice note' },
  'pt-BR': { image: 'imagem', video: 'vídeo', audio: 'áudio', document: 'documento', voice: 'nota de voz' },
} as const;
const gone = { en: 'NOT HERE', 'pt-BR': 'NÃO ESTÁ AQUI' } as const;

/** Nothing is read of a file that is too large. Throws `usage`. */
const checkFile = async (path: string): Promise<string> => {
  const shown = plainText(path);
  const fileName = shownFileName(path);
  if (fileName === null) throw new FleetError('usage', `${shown} is no name of a file.`);
  const found = await stat(path).catch((error: unknown) => {
    throw new FleetError('usage', `${shown} cannot be read: ${messageOf(error)}`, { cause: error });
  });
  if (!found.isFile()) throw new FleetError('usage', `${shown} is no file.`);
  if (found.size === 0) throw new FleetError('usage', `${shown} is empty.`);
  const most = sendFileBounds.bytes.document;
  if (found.size > most)
    throw new FleetError('usage', `${shown} has ${sizeWords(found.size)}; at most ${sizeWords(most)} are taken.`);
  return fileName;
};

const add = async (
  context: CommandContext,
  name: string,
  paths: readonly string[],
  options: Options,
): Promise<void> => {
  const [path, another] = paths;
  if (path === undefined || another !== undefined)
    throw new FleetError(
      'usage',
      `say which file, one at a time. Example: zap-fleet files add ${name} menu.pdf --description "Our menu with prices"`,
    );
  const fileName = await checkFile(path);
  const file = textOption(options, 'name');
  const description = textOption(options, 'description');
  if ((description ?? '').length > sendFileBounds.description)
    throw new FleetError('usage', `--description has at most ${sendFileBounds.description} characters.`);

  const fleet = await context.connect([name]);
  const upload = await bringFile(context, { path, name: fileName }, (begun, part) =>
    fleet.request('fileUpload', { name, part, ...(begun === undefined ? {} : { upload: begun }) }),
  );
  const added = await fleet.request('fileAdd', {
    name,
    fileName,
    upload,
    actor: 'you',
    ...(file === undefined ? {} : { file }),
    ...(description === undefined ? {} : { description }),
  });
  if (flag(options, 'json')) context.print(JSON.stringify({ name, ...added }, null, 2));
  else
    context.print(
      `${name} may send ${plainText(added.file.fileName)} (${sizeWords(added.file.bytes)}) as ${added.file.name}, version ${added.file.version}.`,
    );
};

const list = async (context: CommandContext, name: string, options: Options): Promise<void> => {
  const fleet = await context.look();
  const { files: found } = await fleet.request('files', { name });
  const { language } = context;
  if (flag(options, 'json')) context.print(JSON.stringify({ name, files: found }, null, 2));
  else if (found.length === 0)
    context.print(`${name} has no files to send. Add one with: zap-fleet files add ${name} menu.pdf`);
  else
    context.printAsIs(
      printTable(
        heads[language],
        found.map((file) => [
          file.name,
          plainText(file.fileName),
          kinds[language][file.isVoice ? 'voice' : file.kind],
          file.isThere ? sizeWords(file.bytes) : gone[language],
          String(file.version),
          String(file.sent),
          clockTime(file.addedAt),
          plainText(file.description),
        ]),
        [3, 4, 5],
      ),
    );
};

const remove = async (
  context: CommandContext,
  name: string,
  files: readonly string[],
  options: Options,
): Promise<void> => {
  if (files.length === 0) throw new FleetError('usage', `say which file. See: zap-fleet files ls ${name}`);
  const fleet = await context.connect([name]);
  for (const file of files) {
    await fleet.request('fileRemove', { name, file, actor: 'you' });
    if (!flag(options, 'json')) context.print(`${name} does not send ${plainText(file)} any more.`);
  }
  if (flag(options, 'json')) context.print(JSON.stringify({ name, removed: files }));
};

const verbs = ['add', 'ls', 'rm'] as const;

export const files: CommandSpec = {
  usage: 'files <what> <name> [more...]',
  summary:
    'files that a session’s bot may send (menu, picture, voice note): `add NAME FILE`, `ls NAME`, `rm NAME FILE`',
  example: 'zap-fleet files add padaria-joao menu.pdf --description "Our menu with prices"',
  options: [
    { flags: '--name <file>', help: 'of `add`: as the AI calls it; left out, it is made of the file’s name' },
    { flags: '--description <text>', help: 'of `add`: what it is and when to send it, for the AI' },
    jsonOption,
  ],
  completes: [verbs, 'session'],
  run: async (context, [what, given, more], options) => {
    const verb = textArgument(what);
    const name = sessionNamed(textArgument(given));
    const rest = listArgument(more);
    switch (verb) {
      case 'add':
        await add(context, name, rest, options);
        return 0;
      case 'ls':
        await list(context, name, options);
        return 0;
      case 'rm':
      case 'remove':
        await remove(context, name, rest, options);
        return 0;
      default:
        throw new FleetError(
          'usage',
          `${plainText(verb).slice(0, 40)} is none of ${verbs.join(', ')}. See: zap-fleet files --help`,
        );
    }
  },
};

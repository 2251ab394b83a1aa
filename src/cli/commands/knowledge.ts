import { stat } from 'node:fs/promises';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import {
  type FoundPassage,
  knowledgeBounds,
  knowledgeKindOf,
  knowledgeKinds,
  knowledgeName,
  type MeaningState,
  type Passage,
} from '../../session/knowledge.ts';
import { foundWords, placeWords, portugueseFound, portuguesePlace } from '../../session/passage-words.ts';
import { plainLines, plainText } from '../../session/plain-text.ts';
import { bringFile, type GivenFile, sizeWords } from './bring-file.ts';
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

/** `knowledge`: files that a session knows from, what is found in them, and what customers asked in vain. */

const heads = {
  en: ['FILE', 'VERSION', 'SIZE', 'PASSAGES', 'USED IN 7 DAYS', 'ADDED'],
  'pt-BR': ['ARQUIVO', 'VERSÃO', 'TAMANHO', 'TRECHOS', 'USADO EM 7 DIAS', 'DESDE'],
} as const;
const gapHeads = {
  en: ['CUSTOMERS', 'LAST', 'WHAT THEY ASKED'],
  'pt-BR': ['CLIENTES', 'ÚLTIMA', 'O QUE PERGUNTARAM'],
} as const;

/** Nothing is read of a file that is not taken. Throws `usage`. */
const checkFile = async (path: string): Promise<GivenFile> => {
  const shown = plainText(path);
  const name = knowledgeName(path);
  if (name === null || knowledgeKindOf(name) === null)
    throw new FleetError('usage', `${shown} is none of the files that are read: ${knowledgeKinds.join(', ')}.`);
  const found = await stat(path).catch((error: unknown) => {
    throw new FleetError('usage', `${shown} cannot be read: ${messageOf(error)}`, { cause: error });
  });
  if (!found.isFile()) throw new FleetError('usage', `${shown} is no file.`);
  if (found.size === 0) throw new FleetError('usage', `${shown} is empty.`);
  if (found.size > knowledgeBounds.fileBytes)
    throw new FleetError(
      'usage',
      `${shown} has ${sizeWords(found.size)}; at most ${sizeWords(knowledgeBounds.fileBytes)} are taken. Part it.`,
    );
  return { path, name };
};

const add = async (
  context: CommandContext,
  name: string,
  paths: readonly string[],
  options: Options,
): Promise<void> => {
  if (paths.length === 0)
    throw new FleetError('usage', `say which files. Example: zap-fleet knowledge add ${name} prices.csv menu.pdf`);
  const files: GivenFile[] = [];
  for (const path of paths) files.push(await checkFile(path));

  const fleet = await context.connect([name]);
  const added = [];
  for (const file of files) {
    const upload = await bringFile(context, file, (upload, part) =>
      fleet.request('knowledgeUpload', { name, part, ...(upload === undefined ? {} : { upload }) }),
    );
    const { file: known } = await fleet.request('knowledgeAdd', { name, file: file.name, upload, actor: 'you' });
    added.push(known);
    if (!flag(options, 'json'))
      context.print(`${name} knows ${plainText(known.name)}, version ${known.version}: ${known.passages} passages.`);
  }
  if (flag(options, 'json')) context.print(JSON.stringify({ name, files: added }, null, 2));
};

const printMeaning = (context: CommandContext, { model, done, total, problem }: MeaningState): void => {
  context.print(`Found by meaning, too: ${done} of ${total} passages (${plainText(model)}).`, 'muted');
  if (problem !== null) context.print(`No more for now: ${plainText(problem)}`, 'warn');
};

const list = async (context: CommandContext, name: string, options: Options): Promise<void> => {
  const fleet = await context.look();
  const { files, meaning } = await fleet.request('knowledge', { name });
  if (flag(options, 'json')) context.print(JSON.stringify({ name, files, meaning }, null, 2));
  else if (files.length === 0)
    context.print(`${name} knows nothing from files. Add one with: zap-fleet knowledge add ${name} prices.csv`);
  else
    context.printAsIs(
      printTable(
        heads[context.language],
        files.map((file) => [
          file.name,
          String(file.version),
          sizeWords(file.bytes),
          String(file.passages),
          String(file.used),
          clockTime(file.addedAt),
        ]),
        [1, 2, 3, 4],
      ),
    );
  if (!flag(options, 'json') && files.length > 0 && meaning) printMeaning(context, meaning);
};

const placeOf = (context: CommandContext, passage: Passage): string => {
  const place = placeWords(passage.place, context.language === 'pt-BR' ? portuguesePlace : undefined);
  return plainText([passage.file, place, `#${passage.n}`].filter((part) => part !== '').join(', '));
};

const printPassages = (context: CommandContext, passages: readonly (Passage & Pick<FoundPassage, 'by'>)[]): void => {
  for (const passage of passages) {
    const by = foundWords(passage.by, context.language === 'pt-BR' ? portugueseFound : undefined);
    context.printAsIs(`${context.paint(placeOf(context, passage), 'bold')}${context.paint(by, 'muted')}`);
    for (const line of plainLines(passage.text)) context.printAsIs(`  ${line}`);
  }
};

const numberOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new FleetError('usage', '--passage is a number from 1. Example: --passage 3');
  return Number(text);
};

const show = async (
  context: CommandContext,
  name: string,
  file: string | undefined,
  options: Options,
): Promise<void> => {
  if (file === undefined) throw new FleetError('usage', `say which file. See: zap-fleet knowledge ls ${name}`);
  const passage = numberOf(textOption(options, 'passage'));
  const fleet = await context.look();
  const shown = await fleet.request('knowledgeFile', {
    name,
    file,
    ...(passage === undefined ? { limit: 200 } : { from: passage, limit: 1 }),
  });
  if (flag(options, 'json')) {
    context.print(JSON.stringify(shown, null, 2));
    return;
  }
  if (shown.passages.length === 0)
    throw new FleetError(
      'usage',
      `${plainText(shown.file.name)} has ${shown.file.passages} passages, no passage ${passage}.`,
    );
  printPassages(context, shown.passages);
  if (passage === undefined && shown.passages.length < shown.file.passages)
    context.print(
      `${shown.passages.length} of ${shown.file.passages} passages. One of the others: --passage N`,
      'muted',
    );
};

const search = async (context: CommandContext, name: string, words: string, options: Options): Promise<number> => {
  if (words.trim() === '')
    throw new FleetError(
      'usage',
      `say what to look for. Example: zap-fleet knowledge search ${name} "bolo de cenoura"`,
    );
  const fleet = await context.look();
  const found = await fleet.request('knowledgeSearch', { name, text: words });
  if (flag(options, 'json')) context.print(JSON.stringify(found, null, 2));
  else if (found.passages.length === 0) context.print(`${name}: nothing fits these words.`);
  else printPassages(context, found.passages);
  if (!flag(options, 'json') && found.passages.length > 0 && found.isGap)
    context.print('None of them has half of what was asked: such a question counts as one without an answer.', 'muted');
  if (!flag(options, 'json') && found.wordsAlone)
    context.print(`Looked for by words alone: ${plainText(found.wordsAlone)}`, 'warn');
  return found.passages.length === 0 ? 1 : 0;
};

const remove = async (
  context: CommandContext,
  name: string,
  files: readonly string[],
  options: Options,
): Promise<void> => {
  if (files.length === 0) throw new FleetError('usage', `say which file. See: zap-fleet knowledge ls ${name}`);
  const fleet = await context.connect([name]);
  for (const file of files) {
    await fleet.request('knowledgeRemove', { name, file, actor: 'you' });
    if (!flag(options, 'json')) context.print(`${name} does not know ${plainText(file)} any more.`);
  }
  if (flag(options, 'json')) context.print(JSON.stringify({ name, removed: files }));
};

const gaps = async (context: CommandContext, name: string, options: Options): Promise<void> => {
  const fleet = await context.look();
  const found = await fleet.request('knowledgeGaps', { name, limit: 50 });
  if (flag(options, 'json')) {
    context.print(JSON.stringify(found, null, 2));
    return;
  }
  if (found.gaps.length === 0) {
    context.print(`${name}: no customer asked what its files do not answer, as far as it is stored.`);
    return;
  }
  const rows = found.gaps.map((gap) => [
    String(gap.customers),
    clockTime(gap.at),
    plainText(gap.question.replace(/\s+/g, ' ')).slice(0, 200),
  ]);
  context.printAsIs(printTable(gapHeads[context.language], rows, [0]));
};

const verbs = ['add', 'ls', 'show', 'search', 'rm', 'gaps'] as const;

export const knowledge: CommandSpec = {
  usage: 'knowledge <what> <name> [more...]',
  summary:
    'files that a session knows from: `add NAME FILE…`, `ls NAME`, `show NAME FILE`, `search NAME WORDS`, `rm NAME FILE`, `gaps NAME` (what customers asked in vain)',
  example: 'zap-fleet knowledge add padaria-joao prices.csv menu.pdf',
  options: [{ flags: '--passage <n>', help: 'of `show`: only this passage' }, jsonOption],
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
      case 'show':
        await show(context, name, rest[0], options);
        return 0;
      case 'search':
        return search(context, name, rest.join(' '), options);
      case 'rm':
        await remove(context, name, rest, options);
        return 0;
      case 'gaps':
        await gaps(context, name, options);
        return 0;
      default:
        throw new FleetError(
          'usage',
          `${plainText(verb).slice(0, 40)} is none of ${verbs.join(', ')}. See: zap-fleet knowledge --help`,
        );
    }
  },
};

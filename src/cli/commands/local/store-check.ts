import { plainText } from '../../../session/plain-text.ts';
import { type CommandContext, flag, type Options } from '../command.ts';

/** `store check`: reads the whole database through, also while the fleet runs, and changes nothing. 1 when it is damaged. */
export const storeCheck = async (context: CommandContext, options: Options): Promise<number> => {
  const { paths } = context.loaded;
  const [{ checkStore }, { lostStoreWords }] = await Promise.all([
    import('../../../store/integrity/check-store.ts'),
    import('../../../store/integrity/lost-store.ts'),
  ]);
  const lost = lostStoreWords(paths);
  context.progress(`Reading ${plainText(paths.database)} through`);
  const { fault, problems } = checkStore(paths.database, 'full');
  context.progress(null);
  if (flag(options, 'json')) {
    context.print(JSON.stringify({ database: paths.database, sound: fault === null, fault, problems, lost }, null, 2));
    return fault === null ? 0 : 1;
  }

  if (fault === null) {
    context.print(plainText(`${paths.database} is sound: every page, index and reference was read.`));
    return 0;
  }
  if (lost !== null) context.print(plainText(lost));
  else {
    context.print(plainText(`${paths.database} is damaged: ${fault.words}`));
    for (const problem of problems.slice(1)) context.print(plainText(`  ${problem}`));
    context.print('Mend it: zap-fleet master stop, then zap-fleet store repair');
  }
  return 1;
};

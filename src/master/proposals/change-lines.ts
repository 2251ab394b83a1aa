import { diffArrays } from 'diff';
import type { DiffLine, ProposedEdit } from '../../session/proposal.ts';

/** An edit as lines that go and come, in the lines around it. Pure. */

const around = 1;

/** The lines of the instructions that hold the passage, and the same lines with what takes its place. */
export const changeLines = (
  base: string,
  { find, replace }: Pick<ProposedEdit, 'find' | 'replace'>,
): readonly DiffLine[] => {
  const at = find === '' ? 0 : base.indexOf(find);
  // The instructions are other ones now: the passage alone.
  const [before, passage, after] =
    at === -1
      ? ['', find, '']
      : [base.slice(0, at), find === '' ? base : find, base.slice(at + (find === '' ? base.length : find.length))];
  const head = before.slice(before.lastIndexOf('\n') + 1);
  const tail = after.split('\n', 1)[0] ?? '';
  const linesBefore = before
    .slice(0, before.length - head.length)
    .split('\n')
    .slice(0, -1)
    .slice(-around);
  const linesAfter = after
    .slice(tail.length + 1)
    .split('\n')
    .slice(0, around)
    .filter((line) => line !== '');

  const gone = passage === '' && head === '' && tail === '' ? [] : `${head}${passage}${tail}`.split('\n');
  const come = `${head}${replace}${tail}`.split('\n');
  const changed = diffArrays(gone, come).flatMap(({ added, removed, value }) =>
    value.map((text): DiffLine => ({ sign: added ? '+' : removed ? '-' : ' ', text })),
  );
  const same = (text: string): DiffLine => ({ sign: ' ', text });
  return [...linesBefore.map(same), ...changed, ...linesAfter.map(same)];
};

/** The commands of a page: fenced `sh` blocks and the hidden `test-setup` comments, in the order in which they stand. */
export interface ShellBlock {
  /** What stands behind `sh`: '' is run by test/docs, `docker` by test/docker, `ci` by CI itself; the rest is for the reader's own machines. */
  readonly tag: '' | 'docker' | 'ci' | 'console' | 'server' | 'setup';
  readonly line: number;
  readonly script: string;
}

const tags = ['', 'docker', 'ci', 'console', 'server'] as const;

/** Throws where a block is tagged with a word that nobody runs. */
export const shellBlocks = (page: string): readonly ShellBlock[] => {
  const blocks: ShellBlock[] = [];
  // A block of a list item is indented.
  const pattern = /^ *```(?:sh|bash|shell|console)\b *(.*)\n([\s\S]*?)^ *```$|^<!-- test-setup\n([\s\S]*?)^-->$/gm;
  for (const match of page.matchAll(pattern)) {
    const line = page.slice(0, match.index).split('\n').length;
    if (match[3] !== undefined) {
      blocks.push({ tag: 'setup', line, script: match[3] });
      continue;
    }
    const tag = tags.find((one) => one === (match[1] ?? '').trim());
    if (tag === undefined) throw new Error(`line ${line}: nobody runs a block tagged ${JSON.stringify(match[1])}`);
    blocks.push({ tag, line, script: match[2] ?? '' });
  }
  return blocks;
};

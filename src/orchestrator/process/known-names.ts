/** Which names PM2 may know, so that it is not asked for one that it cannot. */
export interface KnownNames {
  readonly noteList: (processes: readonly { readonly name: string }[]) => void;
  /** Before PM2 is told: a start whose answer is late may come to be all the same. */
  readonly noteStart: (name: string) => void;
  /** After it was removed for sure. */
  readonly noteRemoval: (name: string) => void;
  readonly isUnknown: (name: string) => boolean;
}

/**
 * PM2's list is measured anew for every question and carries every environment (18 ms of its CPU and 6 of ours with 50 processes), and one start
 * would ask for it twice. Workers are started and removed by one process alone, the master: one that was in no list and was not started
 * since is not there. `others`: names that other processes start, too, so that only PM2 knows.
 */
export const createKnownNames = (others: readonly string[]): KnownNames => {
  const known = new Set<string>(others);
  let wasListed = false;

  return {
    noteList: (processes) => {
      wasListed = true;
      for (const { name } of processes) known.add(name);
    },
    noteStart: (name) => known.add(name),
    noteRemoval: (name) => {
      if (!others.includes(name)) known.delete(name);
    },
    isUnknown: (name) => wasListed && !known.has(name),
  };
};

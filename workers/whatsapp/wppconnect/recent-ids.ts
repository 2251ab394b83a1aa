/** The ids that came last, no more than `most`: against what the page tells twice within moments. */
export interface RecentIds {
  has(id: string): boolean;
  /** False when it is there already. */
  add(id: string): boolean;
  drop(id: string): boolean;
}

export const createRecentIds = (most: number): RecentIds => {
  const ids = new Set<string>();
  return {
    has: (id) => ids.has(id),
    add: (id) => {
      if (ids.has(id)) return false;
      ids.add(id);
      const [oldest] = ids;
      if (ids.size > most && oldest !== undefined) ids.delete(oldest);
      return true;
    },
    drop: (id) => ids.delete(id),
  };
};

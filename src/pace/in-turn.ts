/** Runs what is given for one key one after the other, never two at once; what failed does not keep the next one back. */
export const createTurns = <Key extends object>(): (<T>(key: Key, work: () => Promise<T>) => Promise<T>) => {
  const last = new WeakMap<Key, Promise<unknown>>();
  return (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const result = before.then(work, work);
    last.set(key, result);
    return result;
  };
};

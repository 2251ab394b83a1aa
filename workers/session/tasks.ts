/** Runs tasks one after the other: opening, closing and asking a phone must not run into each other. */
export interface Tasks {
  run<T>(task: () => Promise<T>): Promise<T>;
}

export const createTasks = (): Tasks => {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: <T>(task: () => Promise<T>): Promise<T> => {
      const result = last.then(task);
      // The caller gets the failure; the next task only waits for the end.
      last = result.then(
        () => undefined,
        () => undefined,
      );
      return result;
    },
  };
};

/** Runs tasks one after the other, never two at once; what failed does not keep the next one back. */
export interface Queue {
  /** Settles as `task` does, once those before it have ended. */
  run<T>(task: () => Promise<T>): Promise<T>;
}

export const createQueue = (): Queue => {
  let last: Promise<unknown> = Promise.resolve();

  return {
    run: (task) => {
      const result = last.then(task, task);
      last = result;

      return result;
    },
  };
};

/** As many queues as there are keys: tasks of one key run one after the other, those of two keys beside each other. */
export interface KeyedQueue<Key> {
  run<T>(key: Key, task: () => Promise<T>): Promise<T>;
}

/** A queue is forgotten with its key. */
export const createKeyedQueue = <Key extends object>(): KeyedQueue<Key> => {
  const queues = new WeakMap<Key, Queue>();

  return {
    run: (key, task) => {
      let queue = queues.get(key);
      if (queue === undefined) {
        queue = createQueue();
        queues.set(key, queue);
      }

      return queue.run(task);
    },
  };
};

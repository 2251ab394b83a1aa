/** Events as the page's models use them: several names in one string, and `all` hears everything. */
export class EventEmitter {
  #listeners = new Map();

  on(names, callback) {
    if (typeof callback !== 'function') throw new Error('Callback parameter passed is not a function');
    for (const name of String(names).split(/\s+/)) {
      this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), callback]);
    }
    return this;
  }

  once(names, callback) {
    const wrapped = (...args) => {
      this.off(names, wrapped);
      callback(...args);
    };
    return this.on(names, wrapped);
  }

  off(names, callback) {
    for (const name of String(names).split(/\s+/)) {
      const left = (this.#listeners.get(name) ?? []).filter((each) => callback && each !== callback);
      this.#listeners.set(name, left);
    }
    return this;
  }

  trigger(name, ...args) {
    for (const callback of this.#listeners.get(name) ?? []) callback(...args);
    if (name !== 'all') for (const callback of this.#listeners.get('all') ?? []) callback(name, ...args);
    return this;
  }
}

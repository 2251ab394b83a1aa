import { EventEmitter } from './events.js';

/** A bag of attributes that says when one changes. */
export class Model extends EventEmitter {
  constructor(attributes = {}) {
    super();
    Object.defineProperty(this, 'attributes', { value: {}, enumerable: false });
    const given = attributes instanceof Model ? attributes.attributes : attributes;
    for (const [name, value] of Object.entries(given)) this.attributes[name] = value;
  }

  set(name, value) {
    const before = this.attributes[name];
    if (before === value) return this;
    this.attributes[name] = value;
    this.trigger(`change:${name}`, this, value, before);
    this.trigger('change', this);
    return this;
  }

  unset(name) {
    return this.set(name, undefined);
  }

  toJSON() {
    return { ...this.attributes };
  }
}

/** Gives a model class one accessor for each attribute. */
export const defineModel = (modelClass, proxyName, names) => {
  modelClass.prototype.proxyName = proxyName;
  for (const name of names) {
    Object.defineProperty(modelClass.prototype, name, {
      configurable: true,
      get() {
        return this.attributes?.[name];
      },
      set(value) {
        this.set(name, value);
      },
    });
  }
  return modelClass;
};

/** Models by id; hears its models' events. */
export class Collection extends EventEmitter {
  #models = new Map();

  get length() {
    return this.#models.size;
  }

  get(id) {
    return this.#models.get(String(id?.id ?? id)) ?? this.#models.get(String(id));
  }

  async find(id) {
    return this.get(id);
  }

  add(model) {
    const key = String(model.id);
    if (this.#models.has(key)) return this.#models.get(key);
    this.#models.set(key, model);
    model.on?.('all', (name, ...args) => this.trigger(name, ...args));
    this.trigger('add', model, this);
    return model;
  }

  /** A model or its id, as Backbone takes both. */
  remove(given) {
    const model = this.get(given);
    if (model) this.#models.delete(String(model.id));
  }

  getModelsArray() {
    return [...this.#models.values()];
  }

  map(...args) {
    return this.getModelsArray().map(...args);
  }

  filter(...args) {
    return this.getModelsArray().filter(...args);
  }

  forEach(...args) {
    this.getModelsArray().forEach(...args);
  }

  findFirst(...args) {
    return this.getModelsArray().find(...args);
  }
}

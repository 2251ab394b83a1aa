/** The page's module table. It becomes Meta's loader in `expose()`, which must run last: wa-js traps the setters of these names. */
const modules = Object.create(null);

export const define = (id, exports) => {
  // The factory's source is searched by wa-js, so it stays a real function.
  modules[id] = { factory: () => exports, exports };
};

export const expose = () => {
  const require = (id) => {
    if (id === '__debug') return { modulesMap: modules };
    const found = modules[id];
    if (!found) throw new Error(`Requiring unknown module "${id}"`);
    return found.exports;
  };
  self.ErrorGuard = { skipGuardGlobal: () => true };
  self.importNamespace = require;
  self.require = require;
  self.__d = (id, _deps, factory) => define(id, factory);
};

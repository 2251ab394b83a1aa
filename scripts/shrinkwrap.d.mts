/** The production part of a lock file of `manifest`. */
export const productionShrinkwrap: (manifest: object, lock: object) => object;

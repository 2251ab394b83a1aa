export const stampFile: string;
/** One hash over everything that a build reads: sources, its own scripts, and which libraries are installed. */
export const builtFrom: (root: string) => string;

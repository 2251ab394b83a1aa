/** A whole line whose columns hold on terminals that count another width for a sign than we do. */
export const steadyLine: (line: string) => string;
/** The same for all lines of a frame. */
export const steadyFrame: (frame: string) => string;

/** What makes `previous`, which stands on the cursor's row of a terminal of `columns`, look like `next`. */
declare const lineUpdate: (previous: string, next: string, columns: number | undefined) => string;
// biome-ignore lint/style/noDefaultExport: it stands in for Ink's module, which has one
export default lineUpdate;

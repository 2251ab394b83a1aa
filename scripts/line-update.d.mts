/** What makes `previous`, which stands on the cursor's row of a terminal of `columns`, look like `next`. */
declare const lineUpdate: (previous: string, next: string, columns: number | undefined) => string;
// biome-ignore lint/style/noDefaultExport: it stands in for Ink's module, which has one
export default lineUpdate;

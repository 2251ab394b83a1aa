/** The text of a line, the style of each of its cells and the one in force at its end; null when it has anything but plain cells and SGR. */
export const cellsOf: (
  line: string,
) => { readonly text: string; readonly looks: readonly object[]; readonly end: object } | null;
/** Whether a line may stand on a screen as it is. */
export const isWholeLine: (line: string) => boolean;

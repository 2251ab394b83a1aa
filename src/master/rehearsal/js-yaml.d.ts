// js-yaml 4 brings no types; this is what case-file.ts uses of it.
declare module 'js-yaml' {
  export class YAMLException extends Error {
    readonly reason: string;
    readonly mark?: { readonly line: number; readonly column: number };
  }
  /** Of the reader: where it is, and what it has just read. */
  export interface ReadState {
    readonly line: number;
    readonly lineStart: number;
    readonly position: number;
    readonly kind: 'mapping' | 'sequence' | 'scalar' | null;
    readonly result: unknown;
  }
  export function load(
    text: string,
    options?: { readonly filename?: string; readonly listener?: (event: 'open' | 'close', state: ReadState) => void },
  ): unknown;
  export function dump(value: unknown, options?: { readonly lineWidth?: number; readonly noRefs?: boolean }): string;
}

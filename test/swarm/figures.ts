/** What a run measured: each figure at once, because a run takes half an hour, and all of them as a table when it is over. */
export interface Figures {
  add(what: string, value: string): void;
  table(): string;
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

export const createFigures = (): Figures => {
  const lines: (readonly [string, string])[] = [];
  return {
    add: (what, value) => {
      lines.push([what, value]);
      console.log(`${what}: ${value}`);
    },
    table: () => {
      const width = Math.max(0, ...lines.map(([what]) => what.length));
      return lines.map(([what, value]) => `${what.padEnd(width)}  ${value}`).join('\n');
    },
  };
};

/** What was erased. */
export interface ErasedCounts {
  readonly conversations: number;
  readonly messages: number;
  readonly turns: number;
  readonly parts: number;
}

export const noCounts: ErasedCounts = { conversations: 0, messages: 0, turns: 0, parts: 0 };

export const addCounts = (a: ErasedCounts, b: ErasedCounts): ErasedCounts => ({
  conversations: a.conversations + b.conversations,
  messages: a.messages + b.messages,
  turns: a.turns + b.turns,
  parts: a.parts + b.parts,
});

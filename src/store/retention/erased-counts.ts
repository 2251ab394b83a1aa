/** What was erased. */
export interface ErasedCounts {
  readonly conversations: number;
  readonly messages: number;
  readonly turns: number;
  readonly parts: number;
}

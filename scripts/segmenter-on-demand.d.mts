export const plainCharacters: string;
export const segmenter: {
  segment(text: string): Iterable<Intl.SegmentData> & { containing(index: number): Intl.SegmentData | undefined };
};

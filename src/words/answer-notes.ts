/**
 * What an AI provider notes beside an answer, in words: how it came about what the answer does not show. The note is a code
 * (`workers/ai/`): `second-try: CODE of the first`, `FIELD-refused`, `api-found: chat`.
 */

const firstFaults: Readonly<Record<string, string>> = {
  malformed: 'the first answer called a tool in a way that cannot be read, so it was asked once more',
  empty: 'the first answer was empty, so it was asked once more',
  'thinking-only': 'the model thought and did not answer, so it was asked once more with less thinking',
  'cut-short': 'the first answer was cut off, so it was asked once more with more room',
};

const refusedFields: Readonly<Record<string, string>> = {
  temperature: 'the model takes no temperature: asked without it',
  tools: 'the model takes no tools: it cannot ask for a person',
};

/** Whether it tells of this answer; which protocol a service speaks is said by itself. */
export const isOfAnswer = (note: string): boolean => !note.startsWith('api-found:');

/** A sentence without its full stop. */
export const answerNote = (note: string): string => {
  const [, code] = /^second-try: (.+)$/.exec(note) ?? [];
  if (code !== undefined) return firstFaults[code] ?? 'the first answer was of no use, so it was asked once more';

  const [, field] = /^(.+)-refused$/.exec(note) ?? [];
  if (field !== undefined) return refusedFields[field] ?? `the model takes no ${field}: asked without it`;

  return note === 'api-found: chat' ? 'the AI service speaks chat completions, found by itself' : note;
};

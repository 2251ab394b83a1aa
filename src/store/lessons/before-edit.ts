import { draftEditedStep } from '../../session/turn-step.ts';

/** What the bot had written in a turn whose draft a person changed; null otherwise. */
export const beforeEdit = (steps: string): string =>
  `(SELECT json_extract(value, '$.values.was') FROM json_each(${steps}) WHERE json_extract(value, '$.step') = '${draftEditedStep}' LIMIT 1)`;

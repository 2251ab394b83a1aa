/** Customers as WhatsApp has them: a number and a LID, and either of them may be told, with or without the other. */
export interface Person {
  readonly number: string;
  readonly lid: string;
}
const person = (n: number): Person => ({ number: `55118765000${n}@c.us`, lid: `90000${n}@lid` });
export const people = [person(1), person(2), person(3)] as const;
export const phoneOf = (person: Person): string => person.number.split('@')[0] ?? '';
export const personOf = (address: string): Person | undefined =>
  people.find((person) => person.number === address || person.lid === address);

export const kinds = [
  'text',
  'text',
  'text',
  'text',
  'text',
  'text',
  'location',
  'sticker',
  'other',
  'ciphertext',
] as const;

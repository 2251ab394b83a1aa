import { z } from 'zod';

/** One operation of the API: what it takes and what it answers. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With `:name` as fastify writes it. */
  readonly path: string;
  readonly summary: string;
  readonly params: z.ZodType;
  readonly query: z.ZodType;
  /** Null: no body is read. */
  readonly body: z.ZodType | null;
  readonly status: 200 | 201 | 202;
  readonly response: z.ZodType;
  /** Other forms of the answer, chosen by Accept. */
  readonly images?: readonly string[];
}

export const operation = <const O extends Operation>(given: O): O => given;

export const none = z.strictObject({});
export const byName = z.strictObject({ name: z.string().max(200).describe('name of the session') });
/** A query travels as text. */
export const count = (max: number) => z.coerce.number().int().min(1).max(max).optional();

import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { fleetRequests } from '../../src/protocol/fleet-api.ts';
import { timingConfigSchema } from '../../src/session/session-config.ts';
import { firstIssue } from '../../src/words/first-issue.ts';

const of = (schema: z.ZodType, value: unknown, language: 'en' | 'pt-BR' = 'en'): string => {
  const parsed = schema.safeParse(value);
  expect(parsed.success).toBe(false);
  return parsed.success ? '' : firstIssue('', parsed.error, language);
};

describe('what zod found wrong', () => {
  test.each<[z.ZodType, unknown, string]>([
    [z.string(), 1, 'must be a text. Example: "padaria"'],
    [z.number(), 'x', 'must be a number. Example: 20'],
    [z.number().int(), 1.5, 'must be a whole number. Example: 20'],
    [z.number().int().min(0), 1e300, 'must be a whole number. Example: 20'],
    [z.boolean(), 'x', 'must be true or false. Example: true'],
    [z.array(z.string()), 'x', 'must be a list. Example: ["one", "two"]'],
    [z.strictObject({ a: z.string() }), [], 'must be names with values, in braces. Example: {"quietMs": 15000}'],
    [z.strictObject({ a: z.string() }), {}, 'a: is missing'],
    [z.enum(['a', 'b', 'c']), 'x', 'must be a, b or c. Example: a'],
    [z.number().min(3), 1, 'must be at least 3. Example: 3'],
    [z.string().max(3), 'long', 'must be at most 3 characters long'],
    [z.array(z.number()).max(1), [1, 2], 'must hold at most 1'],
    [z.union([z.string(), z.number()]), {}, 'must be a text. Example: "padaria"'],
    [z.record(z.string().max(1), z.number()), { long: 1 }, 'long: must be at most 1 characters long'],
  ])('is told in everyday words', (schema, value, sentence) => expect(of(schema, value)).toBe(sentence));

  it('is told in Portuguese, our own sentences, too', () => {
    expect(of(timingConfigSchema, { quietMs: 'x' }, 'pt-BR')).toBe('quietMs: deve ser um número. Exemplo: 20');
    expect(of(timingConfigSchema, { quietDays: ['x'] }, 'pt-BR')).toBe(
      'quietDays.0: deve ser um dia. Exemplo: 2026-12-25',
    );
    expect(of(timingConfigSchema, { nope: 1 }, 'pt-BR')).toBe('nope: não existe esse ajuste');
  });

  test.each(Object.entries(fleetRequests))('of the request %s speaks of no type of a program', (_, schema) => {
    for (const value of [
      null,
      1,
      'x',
      [],
      { name: 1 },
      { name: 'a', text: [], key: {}, value: 1, days: 'x', limit: -1 },
    ]) {
      const parsed = schema.safeParse(value);
      if (parsed.success) continue;
      expect(firstIssue('', parsed.error)).not.toMatch(/Invalid|object|array|string|expected|received|[<>]=/);
    }
  });
});

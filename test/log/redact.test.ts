import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, errorLines, phoneTag } from '../../src/log/redact.ts';

const salt = Buffer.alloc(32, 7);
const redactor = createRedactor({ secrets: ['hunter2-hunter2', 'line\nbreak&secret'], salt, fullNumbers: false });
const tag = phoneTag(salt, '5511987654321');

describe('phone numbers in a log', () => {
  it.each([
    '5511987654321',
    '+5511987654321',
    '+55 (11) 98765-4321',
    '+55 11 98765-4321',
    '5511987654321@c.us',
    '551187654321@s.whatsapp.net',
  ])('masks %s under one tag', (number) => {
    const text = redactor.text(`message from ${number}, kept`);
    expect(text).toContain(`5511****4321${tag}`);
    expect(text.replace(tag, '')).not.toMatch(/\d{6}/);
    expect(text).toMatch(/^message from .*, kept$/);
  });

  it.each([
    '11 98765-4321',
    '(11) 98765-4321',
    '98765-4321',
    '+351 912 345 678',
    '258742110519474@lid',
    '912345678901',
  ])('masks %s', (number) => {
    const text = redactor.text(`from ${number} here`);
    expect(text).not.toContain(number.replace(/@.*/, ''));
    expect(text).toContain('****');
  });

  it.each([
    'at 2026-11-22 14:41:07',
    '2026-11-22T14:41:07.123Z',
    'took 12345 ms',
    'since 1795358467123',
    'id 7c9e6679-7425-40de-944b-e07fc1f90ae7',
    'http://127.0.0.1:3000/api',
    '192.168.100.200:30001',
    'group 120363041234567890@g.us',
    'used 241172480 bytes of 4294967',
    'version 2.3000.1029384756',
  ])('leaves %s alone', (text) => {
    expect(redactor.text(text)).toBe(text);
  });

  it('masks them in fields, keys and numbers', () => {
    const value = redactor.value({ phone: 5511987654321, list: [{ chat: '5511987654321@c.us' }], '5511987654321': 1 });
    expect(JSON.stringify(value)).not.toContain('98765432');
  });

  it('shows them when asked to', () => {
    const open = createRedactor({ secrets: [], salt, fullNumbers: true });
    expect(open.text('from 5511987654321')).toBe('from 5511987654321');
  });

  it('never lets a whole number through, wherever it stands', () => {
    const digits = fc.stringMatching(/^55[1-9]\d9\d{8}$/);
    const around = fc.constantFrom(
      '',
      ' ',
      '"',
      "'",
      '(',
      ')',
      ',',
      ';',
      '<',
      '>',
      '[',
      ']',
      '{',
      '}',
      '|',
      '=',
      '!',
      '⏎',
    );
    fc.assert(
      fc.property(digits, around, around, (number, before, after) => {
        expect(redactor.text(`x${before}${before === '' ? ' ' : ''}${number}${after}`)).not.toContain(number);
      }),
    );
  });
});

describe('secrets in a log', () => {
  it.each([
    ['a registered one', 'said hunter2-hunter2 aloud', 'hunter2'],
    ['a registered one, encoded', `got ${encodeURIComponent('line\nbreak&secret')}`, 'secret!'],
    ['an OpenAI key', 'key sk-proj-abcdefghijklmnop refused', 'abcdefgh'],
    ['an OpenAI key with an invisible mark inside', 'key sk-\u200bproj-abcdefghijklmnop', 'abcdefgh'],
    ['a Google key', 'AIzaSyA-abcdefghijklmnopqrstuvwxyz012', 'abcdefgh'],
    ['a JWT', 'eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJzdXBhYmFzZSJ9.abc-def_123', 'pc3MiOi'],
    ['a Telegram token', '8123456789:AAF-abcdefghijklmnopqrstuvwxyz01234', 'abcdefgh'],
    ['a header', 'authorization: Bearer abcdefghijk', 'abcdefgh'],
    ['a query', 'GET /x?token=abcdefghijk&y=1', 'abcdefgh'],
    ['a password in an address', 'https://user:abcdefgh@example.com/', 'abcdefgh'],
    ['a client link', '/link/abcdefghijklmnopqrstuv', 'abcdefgh'],
    ['a QR', 'qr 2@abcdefghijklmnop+/=,qrstuv==,wxyz=,a1b2=,1', 'abcdefgh'],
    ['a QR image', 'data:image/png;base64,abcdefghijklmnopqrstuvwxyz', 'abcdefgh'],
  ])('takes out %s', (_, text, never) => {
    const clean = redactor.text(text);
    expect(clean).not.toContain(never);
    expect(clean).toMatch(/\[(secret|qr|image)\]/);
  });

  it('takes out fields by name and values learnt later', () => {
    const own = createRedactor({ secrets: [], salt: null, fullNumbers: false });
    own.addSecret('learnt-later');
    const fields = { apiKey: 'x', ai_key: 'y', payload: 'z', nested: { password: 'p', text: 'has learnt-later' } };
    expect(own.value(fields)).toEqual({
      apiKey: '[secret]',
      ai_key: '[secret]',
      payload: '[secret]',
      nested: { password: '[secret]', text: 'has [secret]' },
    });
    expect(own.value({ inputTokens: 12, key: 'ai_config.model', reasonCode: 'x' })).toEqual({
      inputTokens: 12,
      key: 'ai_config.model',
      reasonCode: 'x',
    });
  });
});

describe('values in a log', () => {
  it('writes an error as its chain of causes, one line each, cleaned', () => {
    const error = new Error('cannot reply', { cause: new TypeError('bad\nkey sk-abcdefghijkl') });
    expect(redactor.value(error)).toEqual(['Error: cannot reply', 'TypeError: bad⏎key [secret]']);
    const loop = new Error('loop');
    loop.cause = loop;
    expect(errorLines(loop)).toHaveLength(1);
  });

  it('is plain and bounded', () => {
    expect(redactor.text('a\u001b]8;;http://evil\u0007b\u001b[2Jc\u202ed')).toBe('abcd');
    expect(redactor.text('x'.repeat(100_000)).length).toBeLessThan(8100);
    for (let at = 7900; at < 8100; at += 1) {
      const text = redactor.text(`${'x '.repeat(at / 2)}sk-${'s'.repeat(100)} hunter2-hunter2 ${'y '.repeat(10_000)}`);
      expect(text).not.toMatch(/sss|hunter/);
    }
    const deep: Record<string, unknown> = {};
    deep['self'] = deep;
    expect(JSON.stringify(redactor.value(deep)).length).toBeLessThan(200);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatPhone, maskPhone, parsePhone, samePhone } from '../../src/session/phone.ts';
import { plainLines, plainText } from '../../src/session/plain-text.ts';
import { aiConfigSchema, defaultConfig, filtersSchema, timingConfigSchema } from '../../src/session/session-config.ts';
import { parseSessionName, sessionNameProblem } from '../../src/session/session-name.ts';
import { firstIssue } from '../../src/words/first-issue.ts';

describe('session names', () => {
  test.each(['padaria-joao', 'a1', 'x_y', '1a', 'a'.repeat(48)])('%s is one', (name) =>
    expect(parseSessionName(name)).toBe(name),
  );
  test.each([
    '',
    'a',
    '-a',
    '_a',
    'A1',
    'joão',
    'a b',
    '../x',
    'a/b',
    'a.b',
    'a'.repeat(49),
    'all',
    'default',
    'master',
    'zap-fleet',
    'zap-fleet-master',
    '12',
    '0',
    'a\n',
    'session:x',
  ])('%j is none', (name) => {
    expect(sessionNameProblem(name)).not.toBeNull();
    expect(() => parseSessionName(name)).toThrow(/is not a session name/);
  });
  test('a name never leaves its directory', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        if (sessionNameProblem(text) === null) expect(/^[a-z0-9_-]+$/.test(text)).toBe(true);
      }),
    );
  });
});

describe('plain text', () => {
  test.each([
    ['João\u001b[31m red', 'João red'],
    ['\u001b]8;;http://evil\u0007click\u001b]8;;\u0007', 'click'],
    ['\u001b]52;c;ZXZpbA==\u0007x', 'x'],
    ['\u001bPq#0\u001b\\x', 'x'],
    ['a\nb\r\nc', 'a⏎b⏎c'],
    ['a\u202eb\u2066c', 'abc'],
    ['\u009b31mx', 'x'],
    ['tab\there', 'tab here'],
    ['👩‍👧 ok', '👩‍👧 ok'],
    ['\u001b]0;title', ''],
    ['\ud800x', '\ufffdx'],
  ])('%j becomes %j', (from, to) => expect(plainText(from)).toBe(to));
  test('nothing that a terminal acts on is left, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(
            '\u001b',
            '[',
            ']',
            '\u0007',
            '\n',
            '\u009b',
            'a',
            ';',
            '1',
            'm',
            '\u202e',
            '\\',
            '\u009d',
          ),
        }),
        (text) => {
          expect(plainText(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        },
      ),
    );
  });
  test('lines are kept where lines are shown', () => expect(plainLines('a\n\u001b[1mb')).toEqual(['a', 'b']));
});

describe('phone numbers', () => {
  test.each([
    ['+55 (11) 98765-4321', '5511987654321'],
    ['11 98765-4321', '5511987654321'],
    ['011 98765-4321', '5511987654321'],
    ['1133334444', '551133334444'],
    ['5511987654321', '5511987654321'],
    ['551187654321', '551187654321'],
    ['+351 912 345 678', '351912345678'],
    ['abc', null],
    ['123', null],
    ['12345678901234567', null],
  ])('%s is %s', (typed, phone) => expect(parsePhone(typed)).toBe(phone));
  test('the ninth digit does not make another phone', () => {
    expect(samePhone('5511987654321', '551187654321')).toBe(true);
    expect(samePhone('5511987654321', '5511987654322')).toBe(false);
    expect(samePhone('351912345678', '351912345678')).toBe(true);
    // A landline has no ninth digit: this mobile is somebody else's.
    expect(samePhone('551134567890', '5511934567890')).toBe(false);
  });
  test('shown and masked', () => {
    expect(formatPhone('5511987654321')).toBe('11 98765-4321');
    expect(maskPhone('5511987654321')).toBe('5511****4321');
  });
});

describe('configuration of a session', () => {
  test('the defaults are valid and as in the user’s bot: 15 s of quiet', () => {
    expect(defaultConfig().timing.quietMs).toBe(15_000);
    expect(defaultConfig().ai.provider).toBe('echo');
  });
  test('every medium is read and a person can be asked for unless somebody says otherwise', () => {
    expect(defaultConfig().ai).toMatchObject({
      audio: 'describe',
      image: 'describe',
      document: 'describe',
      video: 'describe',
      handover: true,
      api: 'auto',
      baseUrl: null,
    });
  });
  test.each([
    ['https://llm.example.test/v1/', 'https://llm.example.test/v1'],
    [' http://127.0.0.1:11434/v1/chat/completions ', 'http://127.0.0.1:11434/v1'],
    ['https://gateway.test/openai/v1/responses/', 'https://gateway.test/openai/v1'],
    [null, null],
  ])('the address of a service is kept where it begins: %s', (written, kept) => {
    expect(aiConfigSchema.parse({ baseUrl: written }).baseUrl).toBe(kept);
  });
  test.each([
    [timingConfigSchema, { quietMs: -1 }, /timing.quietMs: /],
    [timingConfigSchema, { quietTime: 1 }, /timing.quietTime: no such setting/],
    [timingConfigSchema, { timeZone: 'Brazil/Sao' }, /timing.timeZone: an IANA time zone/],
    [aiConfigSchema, { provider: 'claude' }, /timing.provider: /],
    [aiConfigSchema, { api: 'completions' }, /timing.api: /],
    [aiConfigSchema, { baseUrl: 'ollama:11434' }, /timing.baseUrl: must be a web address. Example: http/],
    [aiConfigSchema, { baseUrl: 'https://sk-abc@gateway.test/v1' }, /timing.baseUrl: must hold no user or key/],
    [aiConfigSchema, { baseUrl: 'https://gateway.test/v1?key=abc' }, /timing.baseUrl: must be a web address/],
    [aiConfigSchema, { handoverWords: ['a'] }, /timing.handoverWords.0: /],
    [timingConfigSchema, { maxParts: 0 }, /timing.maxParts: /],
    [timingConfigSchema, { warmUpGrowth: 0.5 }, /timing.warmUpGrowth: /],
    [filtersSchema, { allow: ['nobody'] }, /timing.allow.0: "nobody" is not a phone number/],
  ] as const)('a wrong value is named', (schema, value, words) => {
    const result = schema.safeParse(value);
    expect(result.success).toBe(false);
    if (!result.success) expect(firstIssue('timing', result.error)).toMatch(words);
  });
});

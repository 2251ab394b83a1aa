import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eraseMentioningLines, otherLogs, removeSessionLogs } from '../../src/log/erase-session.ts';
import { mentionsOf } from '../../src/session/mentions.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'zf-erase-session-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const put = (name: string, ...lines: readonly string[]): string => {
  writeFileSync(join(directory, name), lines.map((line) => `${line}\n`).join(''));
  return join(directory, name);
};
const read = (file: string): string[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd());

it('takes a session’s own logs and no other’s', () => {
  const own = ['loja.log', 'loja.log.1', 'loja.log.12', 'loja.out.log', 'loja.out.log.1'];
  const others = ['loja-2.log', 'loja-2.out.log.1', 'aloja.log', 'master.log', 'loja.txt', 'loja.log.bak', 'loja'];
  for (const file of [...own, ...others]) put(file, 'x');
  expect(removeSessionLogs(directory, 'loja')).toBe(own.length);
  expect(readdirSync(directory).sort()).toEqual([...others].sort());
  expect(removeSessionLogs(directory, 'loja')).toBe(0);
});

it('lists other logs newest first, so that a rotation hides none', () => {
  for (const file of ['loja.log', 'master.log.2', 'master.log', 'master.log.10', 'b.log.1']) put(file, 'x');
  expect(otherLogs(directory, 'loja').map((file) => file.slice(directory.length + 1))).toEqual([
    'master.log',
    'b.log.1',
    'master.log.2',
    'master.log.10',
  ]);
});

it('erases lines that tell of it in values, texts and raw words, and nothing of a name that only begins like it', async () => {
  const file = put(
    'master.log',
    '{"at":"1","level":"info","text":"starts","session":"loja"}',
    '{"at":"1","level":"info","text":"loja: connected"}',
    '{"at":"1","level":"info","text":"x","chats":[{"of":["loja"]}]}',
    '{"at":"1","level":"info","text":"x","counts":{"loja":7}}',
    '{"at":"1","level":"info","text":"x","loja":1}',
    'App [session:loja:3] online',
    'Error: at /home/x/logs/loja.log',
    'wrote login-loja-20261128T000000Z.tar.gz',
    '{"at":"1","level":"warn","text":"5511987654321 linked"}',
    '{"at":"1","level":"info","text":"x","number":5511987654321}',
    '{"at":"1","level":"info","text":"loja-2: connected","session":"loja-2"}',
    '{"at":"1","level":"info","text":"minha-loja and lojas"}',
    'wrote login-minha-loja-20261128T000000Z.tar.gz',
  );
  expect(await eraseMentioningLines(file, mentionsOf('loja', ['5511987654321']))).toBe(9);
  const left = read(file);
  expect(left).toHaveLength(13);
  expect(left.filter((line) => /loja/.test(line))).toEqual([
    '{"at":"1","level":"info","text":"x","loja":1}',
    '{"at":"1","level":"info","text":"loja-2: connected","session":"loja-2"}',
    '{"at":"1","level":"info","text":"minha-loja and lojas"}',
    'wrote login-minha-loja-20261128T000000Z.tar.gz',
  ]);
});

it('a session called like a level or a key leaves every other line alone', async () => {
  const lines = [
    '{"at":"1","level":"info","text":"one","session":"loja"}',
    '{"at":"1","level":"error","text":"two"}',
    '{"at":"1","level":"info","text":"three","session":"info"}',
  ];
  for (const [name, erased] of [
    ['info', 1],
    ['text', 0],
    ['level', 0],
    ['session', 0],
  ] as const)
    expect([name, await eraseMentioningLines(put(`${name}.log`, ...lines), mentionsOf(name, []))]).toEqual([
      name,
      erased,
    ]);
});

it('marks that are patterns are texts, and short ones are none', () => {
  const mentions = mentionsOf('loja', ['+55 (11) 98765-4321', 'a.b*c[', '', '  ', 'Zé']);
  expect(['+55 (11) 98765-4321', 'a.b*c['].every(mentions)).toBe(true);
  expect(['55 11 98765 4321', 'aXbc', 'Zé comprou', 'anything'].some(mentions)).toBe(false);
});

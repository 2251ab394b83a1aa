import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freeNodeNumber, type ListedNode, readNodeList, writeNodeList } from '../../src/client/node-list.ts';

let directory = '';
let file = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'zf-nodes-'));
  file = join(directory, 'nodes.json');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const secret = 'a-secret-token-0123456789';
const nodes: readonly ListedNode[] = [
  { name: 'a-web', number: 2, address: { kind: 'web', url: 'https://bots.example.com' }, token: secret },
  {
    name: 'b-ssh',
    number: 1,
    address: {
      kind: 'ssh',
      user: 'root',
      host: 'vps-2',
      port: 22,
      home: '/srv/z',
      command: 'docker exec -i f zap-fleet',
    },
    token: null,
  },
];

test('what is written is read again, for its owner alone, and nothing else lies beside it', () => {
  expect(readNodeList(file)).toEqual([]);
  writeNodeList(file, nodes);
  expect(readNodeList(file)).toEqual(nodes);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(directory)).toEqual(['nodes.json']);
  expect(freeNodeNumber(nodes)).toBe(3);
  expect(freeNodeNumber(nodes.slice(0, 1))).toBe(1);
});

test('a list that others can read, or that is damaged, is said in one line without what is in it', () => {
  writeNodeList(file, nodes);
  chmodSync(file, 0o640);
  expect(() => readNodeList(file)).toThrow(`others can read the tokens in ${file}. Run: chmod 600 ${file}`);
  chmodSync(file, 0o600);

  const whole = readFileSync(file, 'utf8');
  for (const text of [whole.slice(0, -9), '[]', '{"nodes":[{"name":"x"}]}', whole.replace('https://', 'ftp://')]) {
    writeFileSync(file, text);
    expect(() => readNodeList(file)).toThrow(/cannot be read: .*Mend it, or remove it/);
    expect(() => readNodeList(file)).not.toThrow(new RegExp(secret));
  }
});

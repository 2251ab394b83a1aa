import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectNode } from '../../src/client/connect-node.ts';
import type { Fleet } from '../../src/protocol/door.ts';
import { type BuiltFleet, builtFleet } from '../support/built-fleet.ts';
import { builtProgram } from '../support/command-line.ts';
import { until } from '../support/until.ts';

/** Named tokens and `zap-fleet mcp` with a real master: what each opens, and that a revoked one opens nothing in that moment. */

let fleet: BuiltFleet;
let url = '';
const doors: Fleet[] = [];
const assistants: ChildProcessWithoutNullStreams[] = [];
beforeAll(async () => {
  fleet = builtFleet();
  for (const name of ['padaria-joao', 'studio-bela'])
    await fleet.json('create', name, '--engine', 'simulated', '--ai', 'echo');
  url = await fleet.sees(({ fleet: info }) => info.apiUrl, { what: 'the API' });
});
afterAll(async () => {
  await Promise.all(doors.map((door) => door.close()));
  for (const child of assistants) child.kill();
  await fleet.end();
});

const add = async (name: string, ...more: string[]): Promise<string> => {
  const made = await fleet.run('token', 'add', name, ...more);
  expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('shown once') });
  return made.stdout.trim();
};
const call = (secret: string, path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url + path, { ...init, headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' } });
const openDoor = async (secret: string): Promise<Fleet> => {
  const door = await connectNode({ address: { kind: 'web', url }, token: secret }, '1.0.0');
  doors.push(door);
  return door;
};
interface Listed {
  readonly name: string;
  readonly lastUsedAt: number | null;
}

test('a token opens what its scope and its sessions say, over HTTP and at the door, and its name stands in the event log', async () => {
  const reads = await add('painel', '--scope', 'read');
  const operates = await add('turno', '--scope', 'operate', '--sessions', 'padaria-joao', '--expires', '90d');
  expect((await fleet.run('token', 'add', 'painel', '--scope', 'read')).code).toBe(4);
  expect((await fleet.run('token', 'add', 'x', '--scope', 'read', '--sessions', 'nobody')).code).toBe(3);
  expect((await fleet.run('token', 'add', 'x')).stderr).toMatch(/say what it may do: --scope read/);

  expect((await call(reads, '/api/sessions')).status).toBe(200);
  expect((await call(reads, '/api/sessions/padaria-joao/stop', { method: 'POST', body: '{}' })).status).toBe(403);
  expect((await call(operates, '/api/sessions/padaria-joao/stop', { method: 'POST', body: '{}' })).status).toBe(200);
  expect((await call(operates, '/api/sessions/padaria-joao', { method: 'DELETE' })).status).toBe(403);
  expect((await call(operates, '/api/sessions/studio-bela')).status).toBe(404);
  expect((await call(operates, '/api/tokens')).status).toBe(403);

  const door = await openDoor(operates);
  expect(door.getSnapshot().sessions.map(({ name }) => String(name))).toEqual(['padaria-joao']);
  await door.request('pause', { name: 'padaria-joao', actor: 'you' });
  await expect(door.request('pause', { name: 'studio-bela' })).rejects.toMatchObject({ code: 'no-such-session' });
  await expect(door.request('apiToken', {})).rejects.toMatchObject({ code: 'forbidden' });
  await expect(door.request('tokens', {})).rejects.toMatchObject({ code: 'forbidden' });
  expect(await fleet.json('events', 'padaria-joao')).toContainEqual(
    expect.objectContaining({ kind: 'replies-paused', actor: 'token turno' }),
  );

  const listed = await fleet.json<Listed[]>('token', 'ls');
  expect(listed.map(({ name, lastUsedAt }) => [name, (lastUsedAt ?? 1) % 3_600_000])).toEqual([
    ['painel', 0],
    ['turno', 0],
  ]);
  const written = [fleet.paths.data, fleet.paths.logs].map((folder) =>
    join(folder, folder === fleet.paths.data ? 'access-tokens.json' : 'master.log'),
  );
  for (const file of written)
    for (const secret of [reads, operates]) expect(readFileSync(file, 'utf8')).not.toContain(secret);
});

test('revoked, it opens nothing in that moment, its door closes, and no backup brings it back', async () => {
  const secret = await add('velho', '--scope', 'admin');
  const { file } = await fleet.json<{ file: string }>('backup');
  const door = await openDoor(secret);
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/events`, {
    headers: { authorization: `Bearer ${secret}` },
  } as never);
  const closed = new Promise<number>((done) => socket.addEventListener('close', ({ code }) => done(code)));
  await new Promise((done) => socket.addEventListener('message', done, { once: true }));

  expect((await fleet.run('token', 'revoke', 'velho')).code).toBe(0);
  expect((await call(secret, '/api/sessions')).status).toBe(401);
  expect(await closed).toBe(1008);
  await until(() => door.connection().state === 'lost', { what: 'the end of the door' });
  expect((await fleet.run('token', 'revoke', 'velho')).code).toBe(2);

  await fleet.run('master', 'stop');
  expect((await fleet.run('restore', file, '--yes')).code).toBe(0);
  expect((await fleet.json<Listed[]>('token', 'ls')).map(({ name }) => name)).toEqual(['painel', 'turno']);
  // Made while nothing runs, it is one that the next master knows.
  const early = await add('cedo', '--scope', 'read');
  await fleet.json('ls');
  await fleet.run('start', 'padaria-joao');
  url = await fleet.sees(({ fleet: info }) => info.apiUrl, { what: 'the API of the next master' });
  expect((await call(early, '/api/sessions')).status).toBe(200);
  expect((await call(secret, '/api/sessions')).status).toBe(401);
});

interface Reply {
  readonly id: number;
  readonly result?: {
    readonly tools?: { name: string }[];
    readonly content?: { text: string }[];
    readonly isError?: boolean;
  };
}

/** What the manual tells an assistant to start, with what it is called in each of its pages. */
const configs = ['docs/mcp.md', 'docs/pt-BR/mcp.md'].flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/<!-- config -->\n```json\n([\s\S]*?)```/g)].map(([, text = '']) => {
    const { mcpServers, servers } = JSON.parse(text) as Record<
      string,
      Record<string, { command: string; args: string[] }>
    >;
    const { command, args } = (mcpServers ?? servers)?.['zap-fleet'] ?? { command: '', args: [] };
    return [command, ...args].join(' ');
  }),
);

/** The real process, as an assistant starts it. What it writes must be JSON-RPC, line by line. */
const startAssistant = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const child = spawn(process.execPath, [builtProgram, 'mcp', ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: fleet.home, FLEET_HOME: fleet.home, LANG: 'C.UTF-8', ...env },
  });
  assistants.push(child);
  const replies = new Map<number, Reply>();
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(String(chunk)));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const reply = JSON.parse(line) as Reply & { readonly jsonrpc: string };
    if (reply.jsonrpc !== '2.0') throw new Error(`no JSON-RPC: ${line}`);
    replies.set(reply.id, reply);
  });
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  let id = 0;
  const ask = async (method: string, params: object): Promise<Reply> => {
    id += 1;
    const own = id;
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: own, method, params })}\n`);
    return until(() => replies.get(own), { within: 30_000, what: `an answer to ${method}: ${errors.join('')}` });
  };
  return {
    child,
    ask,
    errors,
    use: async (name: string, given: object = {}) => {
      const { result } = await ask('tools/call', { name, arguments: given });
      return { isError: result?.isError, text: (result?.content ?? []).map(({ text }) => text).join('\n') };
    },
    tools: async () => (await ask('tools/list', {})).result?.tools?.map(({ name }) => name) ?? [],
    initialize: () =>
      ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 't', version: '1' } }),
    end: (): Promise<number | null> => {
      child.stdin.end();
      return ended;
    },
  };
};

test('the pages of the manual say what works', () => {
  const [plain, far] = ['zap-fleet mcp', 'zap-fleet mcp --url https://bots.example.com --token-env FLEET_MCP_TOKEN'];
  expect(configs).toEqual([plain, plain, far, plain, far]);
});

test('an assistant looks at the fleet, acts with --write alone, and never beyond its token', async () => {
  const looks = startAssistant([]);
  await looks.initialize();
  expect(await looks.tools()).not.toContain('stop_session');
  expect((await looks.use('list_sessions')).text).toMatch(/padaria-joao[\s\S]*studio-bela/);
  expect(await looks.use('why', { session: 'nobody' })).toMatchObject({ isError: true });
  expect(await looks.end()).toBe(0);

  const acts = startAssistant(['--write']);
  await acts.initialize();
  expect(await acts.use('pause_replies', { session: 'studio-bela' })).toMatchObject({ isError: false });
  expect(await fleet.json('events', 'studio-bela')).toContainEqual(expect.objectContaining({ actor: 'mcp' }));
  acts.child.stdin.write('this is no JSON\n');
  expect(await acts.use('resume_replies', { session: 'studio-bela' })).toMatchObject({ isError: false });
  expect(await acts.end()).toBe(0);

  const secret = await add('assistente', '--scope', 'read', '--sessions', 'padaria-joao');
  const limited = startAssistant(['--write', '--url', url, '--token-env', 'FLEET_MCP_TOKEN'], {
    FLEET_MCP_TOKEN: secret,
  });
  await limited.initialize();
  expect(await limited.tools()).not.toContain('stop_session');
  const { text } = await limited.use('list_sessions');
  expect(text).toContain('padaria-joao');
  expect(text).not.toContain('studio-bela');
  await fleet.run('token', 'revoke', 'assistente');
  expect(await limited.use('list_events')).toMatchObject({ isError: true });
  expect(readFileSync(`/proc/${limited.child.pid}/cmdline`, 'utf8')).not.toContain(secret);
  expect(await limited.end()).toBe(0);
  expect(limited.errors.join('')).not.toContain(secret);

  const refused = startAssistant(['--token-env', 'NOTHING_HERE']);
  expect(await refused.end()).toBe(2);
});

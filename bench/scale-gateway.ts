// The way to Postgres for bench/scale.ts, in a process of its own: `URL-OF-POSTGRES`. It takes what the program's client asks of
// PostgREST (calls of functions, rows by name) and runs it as PostgREST does: one transaction a request, under the service's role. Sends
// its port; answers each message with the bytes that went both ways until now, headers too. No part of it knows a statement of the program.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import postgres from 'postgres';

const [url] = process.argv.slice(2);
if (url === undefined) throw new Error('the address of a Postgres is needed');
/** As many connections as PostgREST opens by itself. */
const database = postgres(url, { max: 10, onnotice: () => undefined });

/** Of each function: its parameters with their types. */
const parametersOf = new Map<string, ReadonlyMap<string, string>>();
for (const row of await database<{ name: string; parameters: Record<string, string> }[]>`
  select p.proname as name, jsonb_object_agg(a.name, format_type(a.type, null)) as parameters
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace,
    unnest(p.proargnames, p.proargtypes::oid[]) a(name, type)
  where n.nspname = 'public' and p.proname like 'zap\\_fleet\\_%' group by p.oid, p.proname`)
  parametersOf.set(row.name, new Map(Object.entries(row.parameters)));

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
};

const asService = (statement: string, values: readonly (string | null)[]): Promise<string> =>
  database.begin(async (transaction) => {
    await transaction.unsafe(
      `select set_config('role', 'service_role', true), set_config('request.jwt.claims', '{"role":"service_role"}', true)`,
      [],
      { prepare: true },
    );
    const [row] = await transaction.unsafe<{ answer: string }[]>(statement, [...values], { prepare: true });
    return row?.answer ?? 'null';
  }) as Promise<string>;

const call = (name: string, body: string): Promise<string> => {
  const known = parametersOf.get(name);
  const given = Object.entries(JSON.parse(body) as Record<string, unknown>);
  if (known === undefined || given.some(([parameter]) => !known.has(parameter))) throw new Error(`no function ${name}`);
  const list = given.map(([parameter], at) => `${parameter} => $${at + 1}::text::${known.get(parameter)}`);
  const values = given.map(([, value]) => {
    if (value === null) return null;
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  });
  return asService(`select public.${name}(${list.join(', ')})::text as answer`, values);
};

/** `?select=a,b&session_name=in.(x,y)` of one table. */
const rows = (table: string, asked: URLSearchParams): Promise<string> => {
  const columns = (asked.get('select') ?? '').split(',').map((column) => `"${column.replaceAll('"', '')}"`);
  const names = (asked.get('session_name') ?? '').replace(/^in\.\(|\)$/g, '').split(',');
  const wanted = names.map((name) => name.replaceAll('"', ''));
  return asService(
    `select coalesce(json_agg(r), '[]')::text as answer from
      (select ${columns.join(',')} from "${table}" where session_name = any($1::text::text[])) r`,
    [`{${wanted.map((name) => JSON.stringify(name)).join(',')}}`],
  );
};

const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const [, , , kind = '', name = ''] = pathname.split('/');
  try {
    const text = kind === 'rpc' ? await call(name, await bodyOf(request)) : await rows(kind, searchParams);
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(text);
  } catch (error) {
    const { code = '500', message = '' } = error as { code?: string; message?: string };
    response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ code, message }));
  }
};

const server: Server = createServer((request, response) => void answer(request, response));
server.keepAliveTimeout = 120_000;
const open = new Set<Socket>();
let gone = { read: 0, written: 0 };
server.on('connection', (socket: Socket) => {
  open.add(socket);
  socket.on('close', () => {
    open.delete(socket);
    gone = { read: gone.read + socket.bytesRead, written: gone.written + socket.bytesWritten };
  });
});
let requests = 0;
server.on('request', () => {
  requests += 1;
});
process.on('message', () => {
  const sum = (of: (socket: Socket) => number): number => [...open].reduce((all, one) => all + of(one), 0);
  process.send?.({
    requests,
    read: gone.read + sum((one) => one.bytesRead),
    written: gone.written + sum((one) => one.bytesWritten),
  });
});
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));

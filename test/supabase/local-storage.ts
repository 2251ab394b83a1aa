import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { forward } from './fault-proxy.ts';

/**
 * Supabase's Storage API for tests, as its own client speaks it: buckets, upload, list, download, remove, with the service's own answers
 * to what goes wrong. Whatever else is asked goes on to `behind`, so that one address serves tables and files.
 */
export interface LocalStorage {
  readonly url: string;
  readonly key: string;
  /** Files by `bucket/path`; a test may change them. */
  readonly files: Map<string, Buffer>;
  /** Buckets, and whether they are public. */
  readonly buckets: Map<string, boolean>;
  /** What happens to the next requests of that kind; null: they succeed. */
  fail(decide: ((request: StorageRequest) => StorageFault) | null): void;
  /** How many requests of a kind came. */
  count(kind: StorageRequest['kind']): number;
  close(): Promise<void>;
}

export interface StorageRequest {
  readonly kind: 'get-bucket' | 'make-bucket' | 'upload' | 'list' | 'download' | 'remove';
  readonly path: string;
  /** From 1, of its kind. */
  readonly number: number;
}

/** `cut`: the connection ends half-way. `silent`: no answer ever comes. */
export type StorageFault =
  | null
  | 'cut'
  | 'silent'
  | { readonly status: number; readonly body: Readonly<Record<string, string>> };

export const quotaFull: StorageFault = {
  status: 402,
  body: { statusCode: '402', error: 'Payment Required', message: 'exceed_storage_size_quota' },
};
export const tooLarge: StorageFault = {
  status: 400,
  body: {
    statusCode: '413',
    error: 'Payload too large',
    message: 'The object exceeded the maximum allowed size',
  },
};
export const noRight: StorageFault = {
  status: 400,
  body: { statusCode: '403', error: 'Unauthorized', message: 'new row violates row-level security policy' },
};
export const inTrouble: StorageFault = {
  status: 503,
  body: { statusCode: '503', error: 'Service Unavailable', message: 'name resolution failed' },
};

const noBucket = { statusCode: '404', error: 'Bucket not found', message: 'Bucket not found' };
const noObject = { statusCode: '404', error: 'not_found', message: 'Object not found' };

const collect = async (from: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of from) parts.push(part as Buffer);
  return Buffer.concat(parts);
};

const say = (response: ServerResponse, status: number, body: unknown): ServerResponse =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const passOn = async (behind: string, request: IncomingMessage, response: ServerResponse): Promise<ServerResponse> => {
  const { status, headers, body } = await forward(new URL(behind), request, await collect(request));
  const { 'transfer-encoding': _, 'content-length': __, connection: ___, ...kept } = headers;

  return response.writeHead(status, kept).end(body);
};

const kindOf = (method: string, path: string): StorageRequest['kind'] | null => {
  if (path === 'bucket' && method === 'POST') return 'make-bucket';
  if (path.startsWith('bucket/') && method === 'GET') return 'get-bucket';
  if (path.startsWith('object/list/')) return 'list';
  if (!path.startsWith('object/')) return null;
  if (method === 'POST' || method === 'PUT') return 'upload';
  return method === 'DELETE' ? 'remove' : 'download';
};

interface State {
  readonly files: Map<string, Buffer>;
  readonly buckets: Map<string, boolean>;
}

const listed = ({ files }: State, bucket: string, asked: Record<string, unknown>): unknown[] => {
  const prefix = `${bucket}/${String(asked['prefix'] ?? '')}/`;
  const offset = Number(asked['offset'] ?? 0);
  const below = [...files].filter(([path]) => path.startsWith(prefix)).map(([path, bytes]) => ({ path, bytes }));
  const inFolder = ({ path }: { path: string }): boolean => path.slice(prefix.length).includes('/');
  // A folder is a line of its own, without an id; what is in it is not listed.
  const folders = new Set(below.filter(inFolder).map(({ path }) => path.slice(prefix.length).split('/')[0] ?? ''));
  return [
    ...[...folders].map((name) => ({ name, id: null, metadata: null })),
    ...below
      .filter((file) => !inFolder(file))
      .map(({ path, bytes }) => ({ name: path.slice(prefix.length), id: path, metadata: { size: bytes.length } })),
  ]
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .slice(offset, offset + Number(asked['limit'] ?? 100));
};

const answer = (
  state: State,
  kind: StorageRequest['kind'],
  path: string,
  body: Buffer,
  response: ServerResponse,
): ServerResponse => {
  const { files, buckets } = state;
  const [, first = '', ...rest] = path.split('/');
  const bucket = kind === 'list' ? rest.join('/') : first;
  const asked = kind === 'upload' || body.length === 0 ? {} : (JSON.parse(body.toString()) as Record<string, unknown>);
  if (kind === 'make-bucket') {
    buckets.set(String(asked['id']), asked['public'] === true);
    return say(response, 200, { name: asked['id'] });
  }
  // As the service says it: the number that is meant is in the body.
  if (!buckets.has(bucket)) return say(response, 400, noBucket);

  const object = `${bucket}/${rest.join('/')}`;
  const found = files.get(object);
  switch (kind) {
    case 'get-bucket':
      return say(response, 200, { id: bucket, name: bucket, public: buckets.get(bucket) });
    case 'upload':
      files.set(object, body);
      return say(response, 200, { Key: object, Id: object });
    case 'list':
      return say(response, 200, listed(state, bucket, asked));
    case 'remove': {
      const gone = (asked['prefixes'] as string[]).filter((each) => files.delete(`${bucket}/${each}`));
      return say(
        response,
        200,
        gone.map((name) => ({ name })),
      );
    }
    case 'download':
      if (found === undefined) return say(response, 400, noObject);
      return response.writeHead(200, { 'content-length': String(found.length) }).end(found);
  }
};

/** Half of what would be said, and then nothing. */
const cutHalfWay = (state: State, path: string, response: ServerResponse): unknown => {
  const found = state.files.get(path.replace(/^object\//, ''));
  if (found === undefined) return response.destroy();

  response.writeHead(200, { 'content-length': String(found.length) });
  return response.write(found.subarray(0, Math.floor(found.length / 2)), () => response.destroy());
};

export const startLocalStorage = async (options: { readonly behind?: string } = {}): Promise<LocalStorage> => {
  const key = 'sb_secret_test';
  const state: State = { files: new Map(), buckets: new Map([['zap-fleet-logins', false]]) };
  const counts = new Map<StorageRequest['kind'], number>();
  let decide: ((request: StorageRequest) => StorageFault) | null = null;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<unknown> => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname).replace(/^\/storage\/v1\//, '');
    const kind = (request.url ?? '').startsWith('/storage/v1/') ? kindOf(request.method ?? 'GET', path) : null;
    if (kind === null) {
      if (options.behind === undefined) return say(response, 404, { message: 'nothing is here' });
      return passOn(options.behind, request, response);
    }

    const number = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, number);
    const fault = decide?.({ kind, path, number }) ?? null;
    if (fault === 'silent') return null;
    if (fault === 'cut' && kind !== 'download') {
      // Half of what is sent is taken in, and nothing is kept of it.
      return request.once('data', () => response.destroy());
    }
    if (fault === 'cut') return cutHalfWay(state, path, response);
    const body = await collect(request);
    if (fault !== null) return say(response, fault.status, fault.body);
    if (request.headers.authorization !== `Bearer ${key}` && request.headers['apikey'] !== key)
      return say(response, 400, { statusCode: '403', error: 'Unauthorized', message: 'Invalid key' });
    return answer(state, kind, path, body, response);
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!response.headersSent) say(response, 502, { message: String(error) });
      else response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    key,
    ...state,
    fail: (given) => {
      decide = given;
    },
    count: (kind) => counts.get(kind) ?? 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

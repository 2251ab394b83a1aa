import { createClient } from '@supabase/supabase-js';
import { z } from 'zod';
import type { Bytes, Milliseconds } from '../../session/units.ts';
import { BucketFailure, bucketFailureOf, bucketName, missingBucket } from './bucket-failure.ts';

/** Encrypted logins in Supabase Storage, through Supabase's own client. Every request has a deadline; `close` ends what is under way. */
export interface LoginBucket {
  /** `public`: whoever knows an address there can fetch it. */
  standing(): Promise<'there' | 'missing' | 'public'>;
  /** Makes the bucket where there is none. Throws `missing` when it cannot, and `refused` when everybody can read it. */
  prepare(): Promise<void>;
  /** The files of a folder; none where there is no bucket. */
  list(folder: string): Promise<readonly BucketFile[]>;
  /** Writes one file, also over one of that name. */
  put(path: string, bytes: Uint8Array): Promise<void>;
  /** The bytes of one file; never more than `most`. Throws `gone` when it is not there. */
  get(path: string, most: Bytes): AsyncIterable<Uint8Array>;
  remove(paths: readonly string[]): Promise<void>;
  close(): void;
}

export interface BucketFile {
  readonly name: string;
  readonly bytes: Bytes;
}

export interface BucketOptions {
  readonly url: string;
  readonly key: string;
  /** Until a small request is given up. */
  readonly requestMs?: Milliseconds;
  /** Until one part is given up: 8 MiB at a third of a megabit a second. */
  readonly partMs?: Milliseconds;
  readonly fetch?: typeof globalThis.fetch;
}

const usualRequestMs: Milliseconds = 20_000;
const usualPartMs: Milliseconds = 240_000;
/** Storage answers with no more at once. */
const pageFiles = 1000;
/** A list that never ends is no list. */
const mostPages = 100;
const removedAtOnce = 500;

const fileSchema = z.object({
  name: z.string(),
  /** Null: a folder. */
  id: z.string().nullable(),
  metadata: z
    .object({ size: z.number().int().min(0) })
    .nullable()
    .catch(null),
});

const isPart = (input: string | URL | Request): boolean => {
  const { pathname } = new URL(input instanceof Request ? input.url : input);
  return /\/object\/[^/]+\/[^/]+\/./.test(pathname) && !pathname.includes('/object/list/');
};

const openStorage = ({ url, key, ...options }: BucketOptions, closing: AbortSignal) => {
  const send = options.fetch ?? globalThis.fetch;
  const client = createClient(url, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: {
      fetch: (input, init) => {
        const within = isPart(input) ? (options.partMs ?? usualPartMs) : (options.requestMs ?? usualRequestMs);
        const signals = [closing, AbortSignal.timeout(within), ...(init?.signal ? [init.signal] : [])];
        return send(input, { ...init, signal: AbortSignal.any(signals) });
      },
    },
  });

  return client.storage;
};

/** The bytes of a body as they come; what breaks off is told as such, and not as an end. */
async function* bytesOf(body: ReadableStream<Uint8Array>, path: string, most: Bytes): AsyncGenerator<Uint8Array> {
  let count = 0;
  try {
    for await (const chunk of body) {
      count += chunk.length;
      if (count > most) throw new BucketFailure('refused', `Supabase Storage gives more of ${path} than it said.`);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof BucketFailure) throw error;
    throw new BucketFailure('away', `Supabase Storage broke off in the middle of ${path}`, { cause: error });
  }
}

export const openLoginBucket = (options: BucketOptions): LoginBucket => {
  const closing = new AbortController();
  const storage = openStorage(options, closing.signal);
  const files = storage.from(bucketName);

  const standing: LoginBucket['standing'] = async () => {
    const { data, error } = await storage.getBucket(bucketName);
    if (error === null) return data.public ? 'public' : 'there';
    const failure = bucketFailureOf(error);
    if (failure.kind === 'missing' || failure.kind === 'gone') return 'missing';
    throw failure;
  };

  const listPage = async (folder: string, offset: number) => {
    const { data, error } = await files.list(folder, {
      limit: pageFiles,
      offset,
      sortBy: { column: 'name', order: 'asc' },
    });
    if (error === null) return z.array(fileSchema).parse(data);
    const failure = bucketFailureOf(error);
    if (failure.kind === 'missing' || failure.kind === 'gone') return [];
    throw failure;
  };

  return {
    standing,
    prepare: async () => {
      const found = await standing();
      if (found === 'public')
        throw new BucketFailure(
          'refused',
          `the bucket ${bucketName} is public: nothing is put there. Make it private in Supabase > Storage.`,
        );
      if (found === 'there') return;

      const { error } = await storage.createBucket(bucketName, { public: false });
      if (error === null || (await standing()) === 'there') return;
      throw missingBucket(error);
    },
    list: async (folder) => {
      const found: BucketFile[] = [];
      for (let page = 0; page < mostPages; page += 1) {
        const entries = await listPage(folder, page * pageFiles);
        for (const { name, id, metadata } of entries)
          if (id !== null && metadata !== null) found.push({ name, bytes: metadata.size });
        if (entries.length < pageFiles) return found;
      }
      throw new BucketFailure('refused', `Supabase Storage lists ${folder} without an end.`);
    },
    put: async (path, bytes) => {
      const { error } = await files.upload(path, bytes, { contentType: 'application/octet-stream', upsert: true });
      if (error !== null) throw bucketFailureOf(error);
    },
    get: async function* (path, most) {
      const { data, error } = await files.download(path).asStream();
      if (error !== null) throw bucketFailureOf(error);
      yield* bytesOf(data, path, most);
    },
    remove: async (paths) => {
      for (let at = 0; at < paths.length; at += removedAtOnce) {
        const { error } = await files.remove(paths.slice(at, at + removedAtOnce));
        if (error === null) continue;
        const failure = bucketFailureOf(error);
        if (failure.kind !== 'missing' && failure.kind !== 'gone') throw failure;
      }
    },
    close: () => closing.abort(),
  };
};

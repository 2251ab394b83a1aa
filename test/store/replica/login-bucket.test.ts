import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LoginBucket, openLoginBucket } from '../../../src/store/replica/login-bucket.ts';
import {
  inTrouble,
  type LocalStorage,
  noRight,
  quotaFull,
  startLocalStorage,
  tooLarge,
} from '../../supabase/local-storage.ts';

let storage: LocalStorage;
let bucket: LoginBucket;
beforeEach(async () => {
  storage = await startLocalStorage();
  bucket = openLoginBucket({ url: storage.url, key: storage.key, requestMs: 5000, partMs: 5000 });
});
afterEach(async () => {
  bucket.close();
  await storage.close();
});

const read = async (path: string, most = 1e6): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bucket.get(path, most)) chunks.push(chunk);
  return Buffer.concat(chunks);
};

describe('logins in Supabase Storage', () => {
  test('what is put there is listed with its size, read back and removed', async () => {
    const bytes = randomBytes(300_000);
    await bucket.prepare();
    await bucket.put('padaria/a', bytes);
    await bucket.put('padaria/b', Buffer.from('b'));
    await bucket.put('padaria-2/c', Buffer.from('c'));

    expect(await bucket.list('padaria')).toEqual([
      { name: 'a', bytes: 300_000 },
      { name: 'b', bytes: 1 },
    ]);
    expect((await read('padaria/a')).equals(bytes)).toBe(true);
    await bucket.remove(['padaria/a', 'padaria/never']);
    expect((await bucket.list('padaria')).map(({ name }) => name)).toEqual(['b']);
    // Written anew: an answer that was lost is no reason to fail.
    await bucket.put('padaria/b', Buffer.from('bb'));
    expect((await read('padaria/b')).toString()).toBe('bb');
  });

  test('a list longer than a page is read to its end', async () => {
    for (let n = 0; n < 1100; n += 1) storage.files.set(`zap-fleet-logins/loja/${n}`, Buffer.from('x'));
    expect(await bucket.list('loja')).toHaveLength(1100);
    expect(storage.count('list')).toBe(2);
  });

  test('a missing bucket is made, private; one that cannot be made is said', async () => {
    storage.buckets.clear();
    expect(await bucket.standing()).toBe('missing');
    expect(await bucket.list('padaria')).toEqual([]);
    await bucket.remove(['padaria/a']);
    await bucket.prepare();
    expect([...storage.buckets]).toEqual([['zap-fleet-logins', false]]);

    storage.buckets.clear();
    storage.fail(({ kind }) => (kind === 'make-bucket' ? noRight : null));
    await expect(bucket.prepare()).rejects.toThrow(
      'Supabase Storage has no bucket zap-fleet-logins, and it could not be made. Make a private one of that name in Supabase > Storage.',
    );
    await expect(bucket.put('padaria/a', Buffer.from('x'))).rejects.toMatchObject({ kind: 'missing' });
  });

  test('nothing is put into a bucket that everybody can read', async () => {
    storage.buckets.set('zap-fleet-logins', true);
    await expect(bucket.prepare()).rejects.toThrow(/is public: nothing is put there. Make it private/);
  });

  test.each([
    [quotaFull, 'full', /^Supabase Storage is full \(exceed_storage_size_quota\)\. Free some room/],
    [tooLarge, 'full', /^Supabase Storage takes no file of this size .*Raise the limit/],
    [noRight, 'refused', /^Supabase Storage refuses the key \(403\)/],
    [inTrouble, 'away', /^Supabase Storage cannot be reached: name resolution failed/],
    ['cut' as const, 'away', /^Supabase Storage cannot be reached/],
  ])('an upload that fails with %o is one sentence', async (fault, kind, words) => {
    storage.fail(() => fault);
    const failed = bucket.put('padaria/a', randomBytes(2_000_000));
    await expect(failed).rejects.toMatchObject({ kind, message: expect.stringMatching(words) });
    expect(storage.files.size).toBe(0);
  });

  test('a wrong key, a server that is silent and one that is not there are each said', async () => {
    const wrong = openLoginBucket({ url: storage.url, key: 'sb_secret_other' });
    await expect(wrong.list('padaria')).rejects.toMatchObject({ kind: 'refused' });
    wrong.close();

    const hasty = openLoginBucket({ url: storage.url, key: storage.key, requestMs: 100 });
    storage.fail(() => 'silent');
    await expect(hasty.list('padaria')).rejects.toMatchObject({ kind: 'away' });
    hasty.close();

    await storage.close();
    await expect(bucket.list('padaria')).rejects.toMatchObject({ kind: 'away' });
  });

  test('a download that breaks off is told as such, one that is longer than said is not taken, one that is gone is gone', async () => {
    await bucket.put('padaria/a', randomBytes(500_000));
    await expect(read('padaria/a', 1000)).rejects.toThrow(/gives more of padaria\/a than it said/);
    await expect(read('padaria/none')).rejects.toMatchObject({ kind: 'gone' });
    storage.fail(() => 'cut');
    await expect(read('padaria/a')).rejects.toThrow('Supabase Storage broke off in the middle of padaria/a');
  });
});

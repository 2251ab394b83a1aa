import { plainText } from '../../session/plain-text.ts';

/** The private bucket that holds the logins of a group. */
export const bucketName = 'zap-fleet-logins';

/**
 * Why Supabase Storage did not do what was asked: `away` passes by itself; `full`, `refused` and `missing` need a person, and say what
 * helps; `gone` is about one object.
 */
export type BucketFailureKind = 'away' | 'full' | 'refused' | 'missing' | 'gone';

export class BucketFailure extends Error {
  override readonly name = 'BucketFailure';
  readonly kind: BucketFailureKind;

  constructor(kind: BucketFailureKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.kind = kind;
  }
}

/** Errors of the client, as far as they are looked at: its own classes say the status twice, as a number and as the service's word. */
interface StorageError {
  readonly message: string;
  readonly status?: number | undefined;
  readonly statusCode?: string | undefined;
}

export const missingBucket = (cause?: unknown): BucketFailure =>
  new BucketFailure(
    'missing',
    `Supabase Storage has no bucket ${bucketName}, and it could not be made. Make a private one of that name in Supabase > Storage.`,
    { cause },
  );

/** A failed answer of Storage as what it means for us. */
export const bucketFailureOf = (error: StorageError): BucketFailure => {
  const status = error.status ?? 0;
  // Its gateway and its older versions say 400, and the number that is meant in the body.
  const said = Number(error.statusCode ?? Number.NaN);
  const meant = Number.isInteger(said) && said >= 400 ? said : status;
  const message = plainText(error.message).slice(0, 200);

  if (/bucket not found/i.test(message)) return missingBucket(error);
  if (meant === 413 || /exceeded the maximum allowed size/i.test(message))
    return new BucketFailure(
      'full',
      `Supabase Storage takes no file of this size (${message}). Raise the limit in Supabase > Storage > Settings.`,
      { cause: error },
    );
  if (meant === 402 || meant === 507 || /quota/i.test(message))
    return new BucketFailure(
      'full',
      `Supabase Storage is full (${message}). Free some room there or change the plan; older bundles stay.`,
      { cause: error },
    );
  if (meant === 401 || meant === 403)
    return new BucketFailure(
      'refused',
      `Supabase Storage refuses the key (${meant}). Put the current service role key into SUPABASE_SERVICE_ROLE_KEY and restart.`,
      { cause: error },
    );
  if (meant === 404)
    return new BucketFailure('gone', `Supabase Storage does not have it any more (${message})`, { cause: error });
  if (status === 0 || meant === 408 || meant === 429 || meant >= 500)
    return new BucketFailure('away', `Supabase Storage cannot be reached: ${message || `it answers ${meant}`}`, {
      cause: error,
    });

  return new BucketFailure('refused', `Supabase Storage refuses it (${meant}: ${message}). See: zap-fleet doctor`, {
    cause: error,
  });
};

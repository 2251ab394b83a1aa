import type { Restriction } from './records.ts';
import type { EpochMs } from './units.ts';

/** A restriction as the worker keeps it with the session: what it needs besides what is shown. */
export interface StoredRestriction extends Restriction {
  readonly code: 'restricted-new' | 'restricted';
  /** Careful tries that were made since it began. */
  readonly tries: number;
  /** When a message was last refused or tried. */
  readonly askedAt: EpochMs;
  /** Not before this the next message goes out, alone, to see whether WhatsApp takes it. */
  readonly nextTryAt: EpochMs;
  /** The session's revision then: whatever a person changes makes it ask at once. */
  readonly revision: number;
}

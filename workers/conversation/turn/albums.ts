import type { EpochMs, Milliseconds } from '../../../src/session/units.ts';
import type { StoredMessage } from '../../../src/store/message-store.ts';
import type { MessageFacts } from '../../whatsapp/whatsapp-client.ts';

/** An album is one message: it announces how many pictures and videos follow, and they are answered with it. Pure. */

/** A slow phone sends a picture in a few seconds; what has not come by then is answered when it comes. */
const followWithinMs: Milliseconds = 30_000;
/** WhatsApp sends at most 100 at once; no announcement makes a turn grow without end. */
const largestAlbum = 100;

export interface JoinedAlbums {
  /** As many messages as a person would count: what belongs to an album counts with it. */
  readonly count: number;
  /** Until when the rest of an album is waited for; 0: nothing is missing. */
  readonly waitUntil: EpochMs;
  /** The first messages that count as `most` at most, whole albums. */
  first(most: number): readonly StoredMessage[];
}

const announcedBy = (message: StoredMessage): number => {
  if (message.kind !== 'album' || message.facts === null) return 0;
  const { pictures = 0, videos = 0 } = JSON.parse(message.facts) as MessageFacts;
  return Math.min(Math.max(0, pictures + videos), largestAlbum);
};

/** `messages` of one chat, oldest first. */
export const joinAlbums = (messages: readonly StoredMessage[]): JoinedAlbums => {
  const places: number[] = [];
  let missing = 0;
  let waitUntil: EpochMs = 0;
  let openUntil: EpochMs = 0;

  for (const message of messages) {
    const belongs = missing > 0 && (message.kind === 'image' || message.kind === 'video');
    if (belongs) {
      missing -= 1;
      places.push(places.at(-1) ?? 0);
      continue;
    }
    places.push((places.at(-1) ?? 0) + 1);
    const announced = announcedBy(message);
    if (announced === 0) continue;
    if (missing > 0) waitUntil = Math.max(waitUntil, openUntil);
    missing = announced;
    openUntil = message.storedAt + followWithinMs;
  }
  if (missing > 0) waitUntil = Math.max(waitUntil, openUntil);

  return {
    count: places.at(-1) ?? 0,
    waitUntil,
    first: (most) => messages.filter((_, index) => (places[index] ?? 0) <= most),
  };
};

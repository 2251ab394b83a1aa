import { createHash } from 'node:crypto';

/** `going`: not whole yet; whoever was killed in the middle of it leaves it so, or as `broken`. */
export interface Upload {
  /** Serialised id of the message that it is for. */
  readonly id: string;
  bytes: number;
  state: 'going' | 'whole' | 'refused' | 'broken';
}

/** Files on their way up to WhatsApp's servers, which take them before a message with one is sent. */
export class Uploads {
  readonly all: Upload[] = [];
  /** So many of the next files are not taken up, because of what they are. */
  refuseNext = 0;
  /** So many of the next files are taken up no further than their first bytes, until `release`. */
  holdNext = 0;
  #held: (() => void)[] = [];

  /** Takes a file up: its SHA-256, or null where it is refused. Rejects where it breaks off. */
  async take(id: string, chunks: AsyncIterable<Buffer>): Promise<string | null> {
    const upload: Upload = { id, bytes: 0, state: 'going' };
    this.all.push(upload);
    let isHeld = this.holdNext > 0;
    if (isHeld) this.holdNext -= 1;
    const hash = createHash('sha256');

    try {
      for await (const chunk of chunks) {
        hash.update(chunk);
        upload.bytes += chunk.length;
        // Nothing is read meanwhile: the rest waits in the page.
        if (isHeld) await new Promise<void>((resolve) => this.#held.push(resolve));
        isHeld = false;
      }
    } catch (error) {
      upload.state = 'broken';
      throw error;
    }

    if (this.refuseNext > 0) {
      this.refuseNext -= 1;
      upload.state = 'refused';
      return null;
    }
    upload.state = 'whole';
    return hash.digest('hex');
  }

  /** What was held goes on. How many. */
  release(): number {
    const held = this.#held.splice(0);
    for (const goOn of held) goOn();
    return held.length;
  }
}

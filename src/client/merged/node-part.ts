import type { DoorConnection } from '../../protocol/door.ts';
import type { FleetSnapshot } from '../../protocol/fleet.ts';

/** One node as the merged fleet sees it now. */
export interface NodePart {
  readonly name: string;
  /** 0: this machine's own fleet. */
  readonly number: number;
  /** Nobody named it here: it was found. */
  readonly found?: boolean;
  /** The last that it told; null: it was never reached. */
  readonly snapshot: FleetSnapshot | null;
  readonly connection: DoorConnection;
}

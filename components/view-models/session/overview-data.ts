import type { FleetResults } from '../../../src/protocol/fleet-api.ts';
import type {
  AnswerHistogram,
  ConnectedShare,
  Heat,
  MemoryHistory,
  SessionToday,
} from '../../../src/protocol/history.ts';
import type { ChatRow, FleetEvent, UsageDay } from '../../../src/session/records.ts';
import { type Line, textLine, wrapText } from '../../paint/line.ts';
import type { View } from '../view.ts';

/** What the first tab of a session asks the door for, beside the row that it has. */

export interface Asked<T> {
  /** Null until the first answer. */
  readonly data: T | null;
  readonly error: string | null;
}

export interface OverviewData {
  readonly today: Asked<SessionToday>;
  readonly answers: Asked<AnswerHistogram>;
  readonly heat: Asked<Heat>;
  readonly memory: Asked<MemoryHistory>;
  readonly connected: Asked<ConnectedShare>;
  readonly usage: Asked<{ readonly days: readonly UsageDay[] }>;
  readonly chats: Asked<{ readonly chats: readonly ChatRow[] }>;
  readonly events: Asked<{ readonly events: readonly FleetEvent[] }>;
  readonly details: Asked<FleetResults['session']>;
}

const nothing: Asked<never> = { data: null, error: null };
export const nothingAsked: OverviewData = {
  today: nothing,
  answers: nothing,
  heat: nothing,
  memory: nothing,
  connected: nothing,
  usage: nothing,
  chats: nothing,
  events: nothing,
  details: nothing,
};

/** What a box of this size draws of the answer; until it is there nothing, and why where there is none. */
export const told = <T>(
  { data, error }: Asked<T>,
  view: View,
  width: number,
  draw: (data: T) => readonly Line[],
): readonly Line[] => {
  if (data !== null) return draw(data);
  if (error === null) return [];
  const isOlder = /^this master does not know /.test(error);
  const { overview } = view.t;
  return wrapText(isOlder ? overview.olderMaster : overview.notTold(error), width).map((text) =>
    textLine(text, 'muted'),
  );
};

/** Size of a box with its borders. */
export interface BoxSize {
  readonly width: number;
  readonly rows: number;
}

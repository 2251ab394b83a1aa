import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { messageOf } from '../../src/session/fleet-error.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { useDo, useView } from '../hooks/contexts.ts';
import { useQuery } from '../hooks/use-query.ts';
import { span } from '../paint/line.ts';
import { type Entry, eventEntry, logEntry } from '../view-models/entries.ts';
import { fleetHead, sessionHead } from '../view-models/screen-head.ts';
import { tabFoot } from '../view-models/session-foot.ts';
import { EntriesPager } from './entries-pager.tsx';

/** Lines kept in memory: older ones are read again when they are asked for. */
const mostLines = 5000;
const pollMs = 1000;

interface LogState {
  readonly entries: readonly Entry[];
  readonly error: string | null;
}

/** The log of a session, or of the fleet (null), read on from the cursor that the master gave; it survives rotation. */
const useLog = (name: string | null): LogState => {
  const act = useDo();
  const [state, setState] = useState<LogState>({ entries: [], error: null });
  const cursor = useRef<string | null>(null);
  useEffect(() => {
    let alive = true;
    let timer: NodeJS.Timeout | null = null;
    cursor.current = null;
    setState({ entries: [], error: null });
    const read = () => {
      const from = cursor.current;
      act
        .request('logs', { name, lines: 1000, ...(from === null ? {} : { cursor: from }) })
        .then(
          (page) => {
            if (!alive) return;
            cursor.current = page.cursor;
            const added = page.lines.map(logEntry);
            setState((before) =>
              added.length === 0 && before.error === null
                ? before
                : { entries: [...before.entries, ...added].slice(-mostLines), error: null },
            );
          },
          (error: unknown) => alive && setState((before) => ({ ...before, error: plainText(messageOf(error)) })),
        )
        .finally(() => {
          if (alive) timer = setTimeout(read, pollMs);
        });
    };
    read();
    return () => {
      alive = false;
      if (timer !== null) clearTimeout(timer);
    };
  }, [act, name]);
  return state;
};

export const LogsTab = ({ row }: { readonly row: SessionRow }): ReactNode => {
  const view = useView();
  const { entries, error } = useLog(row.name);
  return (
    <EntriesPager
      screen="logs"
      head={sessionHead(row, view, 3)}
      lastFoot={tabFoot(view)}
      entries={entries}
      error={error}
      withSource={false}
      least="info"
    />
  );
};

export const LogsScreen = (): ReactNode => {
  const view = useView();
  const { entries, error } = useLog(null);
  return (
    <EntriesPager
      screen="logs"
      head={fleetHead(view, 3, [span(view.t.pager.fleetLog, 'muted')])}
      lastFoot={null}
      entries={entries}
      error={error}
      withSource
      least="info"
    />
  );
};

const eventsAtOnce = 200;

/** The event log of one session, newest at the bottom; older ones are fetched when the top is reached. */
export const EventsTab = ({ row }: { readonly row: SessionRow }): ReactNode => {
  const view = useView();
  const act = useDo();
  const [limit, setLimit] = useState(eventsAtOnce);
  const { data, error } = useQuery(
    `events ${row.name} ${limit}`,
    () => act.request('events', { name: row.name, limit }),
    3000,
  );
  const kept = useRef<readonly Entry[]>([]);
  const entries = useMemo(() => {
    if (data !== null)
      kept.current = [...data.events]
        .sort((a, b) => a.at - b.at || a.id - b.id)
        .map((event) => eventEntry(event, view));
    return kept.current;
  }, [data, view]);
  return (
    <EntriesPager
      screen="events"
      head={sessionHead(row, view, 4)}
      lastFoot={tabFoot(view)}
      entries={entries}
      error={error}
      withSource={false}
      least="debug"
      onOlder={() => {
        if (entries.length >= limit) setLimit((before) => Math.min(1000, before + eventsAtOnce));
      }}
    />
  );
};

import { wake } from '../orchestrator/door/fleet-parts.ts';
import { defaultPolicies } from '../orchestrator/health/policies.ts';
import { createDaemonWatch } from '../orchestrator/watch/daemon-watch.ts';
import { createDiskWatch } from '../orchestrator/watch/disk-watch.ts';
import { createLeftoverWatch } from '../orchestrator/watch/leftover-watch.ts';
import { oldAssistantLine } from '../settings/new-session.ts';
import { createDescriptorWatch } from './descriptor-watch.ts';
import { createHomeWatch } from './home-watch.ts';
import type { MasterEnding } from './master-end.ts';
import type { MasterParts } from './open-parts.ts';
import { createRetentionSchedule } from './retention-schedule.ts';
import { plainRoom, type Room, roomsTogether } from './room.ts';
import { createVersionWatch } from './version-watch.ts';

/** What keeps a running fleet well besides its sessions' health: old messages, the disk, leftovers, PM2's daemon, versions, the home itself. */

/** `OPENAI_ASSISTANT` is a setting of old fleets: said once per start, and shown where it changes what customers get. */
const tellOldAssistant = ({ settings, state, log }: MasterParts): void => {
  const line = oldAssistantLine(settings);
  if (line === null) return;

  log.warn(line);
  if (settings.AI_SELECTED === 'gemini') return;
  state.setBanner({
    id: 'old-assistant',
    level: 'warn',
    code: 'old-assistant',
    text: 'OPENAI_ASSISTANT no longer works: put its text into each session (E, or prompt NAME --edit), then unset it',
    values: {},
  });
};

const createDisk = (parts: MasterParts) => {
  const { paths, store, book, state, policies, logLine, now } = parts;

  return createDiskWatch({
    paths,
    store,
    book,
    wakeAll: () => {
      for (const session of book.all()) void wake(parts, session);
    },
    setBanner: state.setBanner,
    clearBanner: state.clearBanner,
    policy: policies.disk,
    now,
    log: logLine,
  });
};

const createDaemon = ({ paths, book, pm2, policies, logLine, now }: MasterParts, ending: MasterEnding) =>
  createDaemonWatch({
    paths,
    book,
    pm2,
    heartbeatLateMs: Math.max(policies.session.heartbeatLateMs, defaultPolicies.session.heartbeatEveryMs * 2),
    now,
    // The next master goes on with a bus of its own.
    onBusIll: (why) => ending.ask({ kind: 'hand-over', why }),
    log: logLine,
  });

export const createUpkeepRoom = (parts: MasterParts, ending: MasterEnding): Room => {
  const { paths, book, jobs, logLine, now } = parts;
  const watches = [
    createDisk(parts),
    createLeftoverWatch({ paths, book, now, log: logLine }),
    createDaemon(parts, ending),
    createVersionWatch(parts),
    createHomeWatch(parts, ending),
    createDescriptorWatch(parts),
  ];
  const rooms = watches.map((watch) => plainRoom({ begin: () => watch.begin(), close: () => watch.close() }));

  return roomsTogether([
    plainRoom({ begin: () => tellOldAssistant(parts) }),
    createRetentionSchedule(jobs, logLine),
    ...rooms,
  ]);
};

import { type Alerts, alertLanguage, openAlerts } from '../alerts/open-alerts.ts';
import type { Logger } from '../log/logger.ts';
import { type FleetHandlers, wake } from '../orchestrator/door/fleet-parts.ts';
import { defaultPolicies } from '../orchestrator/health/policies.ts';
import { createDaemonWatch } from '../orchestrator/watch/daemon-watch.ts';
import { createDiskWatch } from '../orchestrator/watch/disk-watch.ts';
import { createLeftoverWatch } from '../orchestrator/watch/leftover-watch.ts';
import { readPolicies } from '../orchestrator/watch/policies-file.ts';
import { FleetError } from '../session/fleet-error.ts';
import { oldAssistantLine } from '../settings/new-session.ts';
import type { Secrets } from '../settings/settings.ts';
import { version } from '../settings/version.ts';
import type { OpenFleet } from './open-fleet.ts';
import { createRetentionSchedule } from './retention-schedule.ts';

/** What keeps a running fleet well besides its sessions' health: disk, leftovers, PM2's daemon, versions, alerts. */
export interface Upkeep {
  readonly methods: FleetHandlers;
  begin(opened: OpenFleet): void;
  close(): Promise<void>;
}

const skewEvery = 5000;
const skewBanner = 'worker-versions';

export const createUpkeep = (options: {
  readonly secrets: Secrets;
  readonly log: Logger;
  /** Ends this master; the next one goes on. */
  readonly handOver: (why: string) => void;
}): Upkeep => {
  const { secrets, log } = options;
  const say = (level: 'info' | 'warn' | 'error', text: string, fields?: Readonly<Record<string, unknown>>): void =>
    log[level](text, fields);
  let alerts: Alerts | null = null;
  let ends: (() => Promise<void> | void)[] = [];

  const watchVersions = ({ parts, state }: OpenFleet): void => {
    let told = '';
    const look = (): void => {
      const others = parts.book
        .all()
        .flatMap(({ worker, vitals }) => (worker === null || vitals === null ? [] : [vitals.version]))
        .filter((each) => each !== version);
      const oldest = [...others].sort()[0];
      const text =
        oldest === undefined
          ? ''
          : `${others.length} workers run ${oldest}, the master runs ${version}: zap-fleet upgrade`;
      if (text === told) return;
      told = text;
      if (oldest === undefined) state.clearBanner(skewBanner);
      else
        state.setBanner({
          id: skewBanner,
          level: 'warn',
          code: skewBanner,
          text,
          values: { workers: others.length, worker: oldest, master: version },
        });
    };
    const timer = setInterval(look, skewEvery);
    ends.push(() => clearInterval(timer));
  };

  return {
    methods: {
      alertTest: () => {
        if (alerts === null) throw new FleetError('unavailable', 'the fleet is still starting. Try again in a moment.');
        return alerts.test();
      },
    },
    begin: (opened) => {
      const { parts, store, settings, state } = opened;
      const { paths, book, now } = parts;
      const policies = readPolicies(paths);
      const wakeAll = (): void => {
        for (const session of book.all()) void wake(parts, session);
      };
      const disk = createDiskWatch({
        paths,
        store,
        book,
        wakeAll,
        setBanner: state.setBanner,
        clearBanner: state.clearBanner,
        policy: policies.disk,
        now,
        log: say,
      });
      const leftovers = createLeftoverWatch({ paths, book, now, log: say });
      const daemon = createDaemonWatch({
        paths,
        book,
        pm2: opened.pm2,
        heartbeatLateMs: Math.max(policies.session.heartbeatLateMs, defaultPolicies.session.heartbeatEveryMs * 2),
        now,
        onBusIll: options.handOver,
        log: say,
      });
      alerts = openAlerts({
        fleet: opened.fleet,
        store,
        settings,
        secrets,
        language: alertLanguage(settings, process.env['LANG']),
        setLight: (light) => {
          // What others changed a moment ago is in it, too.
          state.flush();
          const { health } = state.getSnapshot().fleet;
          state.setInfo({ health: { ...health, alerts: light } });
        },
        now,
        log: say,
      });
      const openedAlerts = alerts;
      const retention = createRetentionSchedule({ store, book, now, log: say });
      retention.begin();
      const assistant = oldAssistantLine(settings);
      if (assistant !== null) {
        log.warn(assistant);
        if (settings.AI_SELECTED !== 'gemini')
          state.setBanner({
            id: 'old-assistant',
            level: 'warn',
            code: 'old-assistant',
            text: 'OPENAI_ASSISTANT no longer works: put its text into each session (E, or prompt NAME --edit), then unset it',
            values: {},
          });
      }
      ends = [
        () => retention.close(),
        () => disk.close(),
        () => leftovers.close(),
        () => daemon.close(),
        () => openedAlerts.close(),
      ];
      disk.begin();
      leftovers.begin();
      daemon.begin();
      watchVersions(opened);
    },
    close: async () => {
      await Promise.all(ends.map((end) => end()));
    },
  };
};

import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Milliseconds } from '../../src/session/units.ts';
import { version } from '../../src/settings/version.ts';
import type { Body } from './worker-identity.ts';

export interface Vitals {
  /** The lag is the longest since the last call. */
  read(): Body<'zap:heartbeat'>;
  /** The longest lag of the interval before, for those who ask between two heartbeats, ms. */
  lastLag(): Milliseconds;
  close(): void;
}

/** perf_hooks samples at this pace; a sample measures the pace and the lag together. */
const resolutionMs = 20;

export const openVitals = (now: { browserPid: () => number | null; port: () => number | null }): Vitals => {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  let lag = 0;
  return {
    read: () => {
      // Nothing sampled yet reads as 0 or NaN.
      const longest = histogram.max / 1e6 - resolutionMs;
      lag = Number.isFinite(longest) ? Math.max(0, Math.round(longest * 10) / 10) : 0;
      histogram.reset();
      return {
        uptimeMs: Math.round(process.uptime() * 1000),
        rssBytes: process.memoryUsage.rss(),
        eventLoopLagMs: lag,
        browserPid: now.browserPid(),
        port: now.port(),
        version,
      };
    },
    lastLag: () => lag,
    close: () => histogram.disable(),
  };
};

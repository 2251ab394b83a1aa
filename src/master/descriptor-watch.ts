import {
  type DescriptorRoom,
  descriptorsFor,
  moreSessionsWithin,
  raiseLimit,
  sessionsWithin,
} from '../orchestrator/health/descriptor-room.ts';
import { type Beat, createBeat } from '../pace/beat.ts';
import { messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import type { MasterParts } from './open-parts.ts';

/**
 * Watches the limit of open files (`ulimit -n`) of PM2's daemon and of this master, before it bites: a daemon that gets no more of them
 * starts nothing and may end, and all its workers with it.
 */

const lookEvery: Milliseconds = 5000;
const bannerId = 'descriptors';

export const createDescriptorWatch = ({
  book,
  state,
  settings,
  policies,
  descriptors,
  log,
  logLine,
}: Pick<MasterParts, 'book' | 'state' | 'settings' | 'policies' | 'descriptors' | 'log' | 'logLine'>): Beat => {
  const policy = policies.admission;
  let told = false;
  let shown = '';

  /** Said once at every start: it may be far away yet. */
  const tellAtStart = ({ limit }: DescriptorRoom): void => {
    if (told) return;
    told = true;
    const fits = sessionsWithin(limit, policy);
    if (fits >= settings.MAX_SESSIONS) return;
    log.warn(
      `the limit of open files is ${limit}: enough for ${fits} sessions, MAX_SESSIONS is ${settings.MAX_SESSIONS}; ${raiseLimit(descriptorsFor(settings.MAX_SESSIONS, policy))}`,
      { limit, fits, maxSessions: settings.MAX_SESSIONS },
    );
  };

  const show = (room: DescriptorRoom): void => {
    const { limit, used } = room;
    const sessions = book.all();
    const running = sessions.filter(({ worker }) => worker !== null).length;
    const wanted = sessions.filter(({ stored }) => stored.desiredState === 'running').length;
    const asked = Math.min(settings.MAX_SESSIONS, wanted);
    const fits = running + moreSessionsWithin(room, running, policy);
    // The next one that is started would wait.
    const isNear = running > 0 && fits === running && running < settings.MAX_SESSIONS;
    const isShort = asked > fits;
    const text =
      isShort || isNear
        ? `${used} of ${limit} open files: enough for ${fits} sessions, ${asked} should run; ${raiseLimit(descriptorsFor(Math.max(asked, fits) + 1, policy))}`
        : '';
    const key = text === '' ? '' : `${limit} ${fits} ${asked}`;
    if (key === shown) return;

    shown = key;
    if (text === '') {
      state.clearBanner(bannerId);
      return;
    }
    const values = { used, limit, fits, asked, needed: descriptorsFor(Math.max(asked, fits) + 1, policy) };
    state.setBanner({ id: bannerId, level: isShort ? 'bad' : 'warn', code: bannerId, text, values });
    book.record(null, { level: 'warn', kind: 'descriptors-short', text, evidence: values });
  };

  return createBeat({
    look: () => {
      descriptors.look();
      const room = descriptors.room();
      if (room === null) return;
      tellAtStart(room);
      show(room);
    },
    everyMs: lookEvery,
    firstMs: 0,
    withinMs: lookEvery,
    onProblem: (error) =>
      logLine('warn', 'the limit of open files could not be looked at', { error: messageOf(error) }),
  });
};

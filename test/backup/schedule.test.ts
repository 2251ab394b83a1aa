import { expect, it } from 'vitest';
import { scheduleBackups } from '../../src/backup/schedule-backups.ts';
import { until } from '../support/until.ts';

const idle = { run: async () => undefined, onError: () => undefined };

it('comes at three in the morning of its time zone', () => {
  const schedule = scheduleBackups({ cron: '0 3 * * *', timeZone: 'America/Sao_Paulo', ...idle });
  const next = new Date(schedule.next() ?? 0);
  expect(next.toLocaleTimeString('en-GB', { timeZone: 'America/Sao_Paulo' })).toBe('03:00:00');
  schedule.stop();
  expect(schedule.next()).toBeNull();
});

it('says what is wrong with an expression', () => {
  expect(() => scheduleBackups({ cron: 'daily', ...idle })).toThrow(
    /BACKUP_CRON "daily" is not a schedule.*Example: 0 3/,
  );
});

it('runs, tells of a failure, and goes on', async () => {
  let runs = 0;
  const errors: unknown[] = [];
  const schedule = scheduleBackups({
    // Every second: croner takes seconds as a sixth field.
    cron: '* * * * * *',
    run: async () => {
      runs += 1;
      throw new Error('disk full');
    },
    onError: (error) => errors.push(error),
  });
  await until(() => runs >= 2 && errors.length >= 2, { what: 'two runs' });
  schedule.stop();
});

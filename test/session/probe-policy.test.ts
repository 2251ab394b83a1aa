import { expect, test } from 'vitest';
import { everyWords, type ProbeRun, parseEvery, parseProbeHours, probeHoursWords } from '../../src/session/probe.ts';
import {
  failedInRow,
  isWithinHours,
  judgeRun,
  nextAfter,
  nextProbeAt,
  type ProbeSide,
  type ProbeTarget,
  probeDeadlineMs,
  probeLetter,
  probeObstacle,
  type RunFacts,
} from '../../src/session/probe-policy.ts';
import { defaultConfig } from '../../src/session/session-config.ts';

const hour = 3_600_000;
const noon = Date.parse('2026-11-22T15:00:00Z');
const zone = 'America/Sao_Paulo';

test('intervals and hours are read, and said as they are read', () => {
  expect(['2h', '90m', '1d', '60 min'].map(parseEvery)).toEqual([2 * hour, 1.5 * hour, 24 * hour, hour]);
  expect(['', '2', 'h', '-2h', '2 weeks', '999999h'].map(parseEvery)).toEqual(Array(6).fill(null));
  expect([2 * hour, 1.5 * hour, 24 * hour].map(everyWords)).toEqual(['2h', '90m', '1d']);

  expect(parseProbeHours('08:00-20:00')).toEqual({ fromMinute: 480, untilMinute: 1200 });
  expect(parseProbeHours(' 0:00 – 24:00 ')).toEqual({ fromMinute: 0, untilMinute: 1440 });
  expect(['8-20', '25:00-26:00', '08:60-20:00', '24:01-24:02', '08:00'].map(parseProbeHours)).toEqual(
    Array(5).fill(null),
  );
  expect(probeHoursWords({ fromMinute: 485, untilMinute: 1200 })).toBe('08:05-20:00');
});

test('hours are those of the session’s clock, also over midnight and all day', () => {
  // 12:00 in São Paulo.
  expect(isWithinHours({ fromMinute: 720, untilMinute: 721 }, zone, noon)).toBe(true);
  expect(isWithinHours({ fromMinute: 721, untilMinute: 900 }, zone, noon)).toBe(false);
  expect(isWithinHours({ fromMinute: 600, untilMinute: 720 }, zone, noon)).toBe(false);
  expect(isWithinHours({ fromMinute: 1200, untilMinute: 721 }, zone, noon)).toBe(true);
  expect(isWithinHours({ fromMinute: 1200, untilMinute: 720 }, zone, noon)).toBe(false);
  expect(isWithinHours({ fromMinute: 5, untilMinute: 5 }, zone, noon)).toBe(true);
  expect(isWithinHours({ fromMinute: 0, untilMinute: 1440 }, zone, noon)).toBe(true);
});

test('the next question comes later than the interval by up to a quarter, and never earlier', () => {
  expect(nextProbeAt(2 * hour, noon, 0)).toBe(noon + 2 * hour);
  expect(nextProbeAt(2 * hour, noon, 0.999)).toBeLessThan(noon + 2.5 * hour);
  const plan = { everyMs: 2 * hour, nextAt: noon };
  expect(nextAfter(plan, { outcome: 'failed', failedInRow: 1, heldUntil: null }, noon, 0)).toBe(noon + 60_000);
  expect(nextAfter(plan, { outcome: 'failed', failedInRow: 2, heldUntil: null }, noon, 0)).toBe(noon + 2 * hour);
  expect(nextAfter(plan, { outcome: 'ok', failedInRow: 0, heldUntil: null }, noon, 0)).toBe(noon + 2 * hour);
  expect(nextAfter(plan, { outcome: 'skipped', failedInRow: 0, heldUntil: noon + 5 * hour }, noon, 0)).toBe(
    noon + 5 * hour + 300_000,
  );
});

const target: ProbeTarget = {
  name: 'padaria',
  state: 'connected',
  phone: '5511987654321',
  restriction: null,
  node: null,
  replies: 'on',
  filters: defaultConfig().filters,
};
const from: ProbeSide = { name: 'matriz', state: 'connected', phone: '5511981112222', restriction: null, node: null };
const restriction = { scope: 'new', since: 1, refused: 2, nextTryAt: null, code: 'restricted-new' } as const;

test('what is in the way is said by its code', () => {
  const code = (changed: Partial<ProbeTarget>, asks: Partial<ProbeSide> = {}): string | null =>
    probeObstacle({ ...target, ...changed }, { ...from, ...asks })?.code ?? null;

  expect(code({})).toBeNull();
  expect(code({ state: 'offline' })).toBe('probe-not-connected');
  expect(code({}, { state: 'qr' })).toBe('probe-not-connected');
  expect(code({ restriction })).toBe('probe-restricted');
  expect(code({}, { restriction })).toBe('probe-restricted');
  expect(code({ node: 'vps2', state: 'held' })).toBe('probe-elsewhere');
  expect(code({}, { node: 'vps2' })).toBe('probe-elsewhere');
  expect(code({ replies: 'draft' })).toBe('probe-watching');
  expect(code({ replies: 'paused' })).toBe('probe-paused');
  expect(code({ phone: '551181112222' })).toBe('probe-same-number');
  expect(code({ filters: { ...target.filters, deny: ['551181112222'] } })).toBe('probe-denied');
  expect(code({ filters: { ...target.filters, allow: ['5511900000000'] } })).toBe('probe-not-allowed');
  expect(code({ filters: { ...target.filters, allow: ['5511981112222@c.us'] } })).toBeNull();
});

const run: ProbeRun = {
  id: 1,
  sessionId: 's',
  fromId: 'f',
  why: 'due',
  text: 'oi?',
  expect: 'abr',
  partId: 1,
  begunAt: noon,
  sentAt: noon + 1000,
  receivedAt: noon + 2000,
  answeredAt: null,
  deadlineAt: noon + 100_000,
  endedAt: null,
  outcome: null,
  answerMs: null,
  code: null,
  reason: null,
};
const facts: RunFacts = {
  run,
  part: { status: 'sent', reason: null },
  matches: null,
  isWhole: false,
  question: { outcome: 'pending', code: null, reason: null },
  targetConnected: true,
  fromConnected: true,
  watchedSince: 0,
};
const judged = (changed: Partial<RunFacts>, at: number, ofRun: Partial<ProbeRun> = {}) =>
  judgeRun({ ...facts, ...changed, run: { ...run, ...ofRun } }, at);

test('a question ends as what its answer shows, and not before', () => {
  const late = noon + 100_001;
  const answered = { answeredAt: noon + 22_000 };

  expect(judged({}, noon + 50_000)).toBeNull();
  expect(judged({ matches: true }, noon + 50_000, answered)).toEqual({ outcome: 'ok', code: null, reason: null });
  // Its second part may be what was expected.
  expect(judged({ matches: false }, noon + 50_000, answered)).toBeNull();
  expect(judged({ matches: false }, late, answered)).toMatchObject({ outcome: 'failed', code: 'probe-unexpected' });
  expect(judged({ matches: true }, late, { answeredAt: late })).toMatchObject({ outcome: 'failed' });
  expect(judged({}, late)).toMatchObject({ outcome: 'failed', code: 'probe-unanswered' });
  expect(judged({ question: null }, late)).toMatchObject({ outcome: 'failed', code: 'probe-not-received' });
  expect(judged({ matches: false, isWhole: true }, noon + 50_000, answered)).toMatchObject({
    code: 'probe-unexpected',
  });
  // Nothing more is coming: it is not waited for.
  expect(judged({ question: { outcome: 'unanswered', code: 'empty', reason: 'no' } }, noon + 5000)).toMatchObject({
    outcome: 'failed',
  });
  expect(judged({ question: { outcome: 'held', code: 'draft', reason: 'd' } }, noon + 5000)).toMatchObject({
    outcome: 'skipped',
  });
  expect(judged({ question: { outcome: 'held', code: 'budget', reason: 'd' } }, noon + 5000)).toBeNull();
  expect(judged({ question: { outcome: 'unanswered', code: 'empty', reason: 'no words' } }, late)).toMatchObject({
    outcome: 'failed',
    reason: 'no answer came: no words',
  });
  expect(judged({ question: { outcome: 'held', code: 'budget', reason: 'spent' } }, late)).toMatchObject({
    outcome: 'failed',
  });
  expect(judged({ question: { outcome: 'held', code: 'closed', reason: 'closed' } }, late)).toMatchObject({
    outcome: 'skipped',
    code: 'probe-closed',
  });
});

test('what is not the asked session’s doing says nothing of it', () => {
  const late = noon + 100_001;
  expect(judged({ fromConnected: false }, late)).toMatchObject({ outcome: 'unknown', code: 'probe-from-away' });
  expect(judged({ targetConnected: false }, late)).toMatchObject({ outcome: 'unknown', code: 'probe-away' });
  expect(judged({ watchedSince: noon + 200_000 }, noon + 200_001)).toMatchObject({
    outcome: 'unknown',
    code: 'probe-master-away',
  });
  // It came while nobody looked: that is an answer.
  expect(
    judged({ watchedSince: noon + 200_000, matches: true }, noon + 200_001, { answeredAt: noon + 30_000 }),
  ).toMatchObject({ outcome: 'ok' });

  const unsent = { sentAt: null, deadlineAt: null };
  expect(judged({ part: { status: 'queued', reason: null } }, noon + 60_000, unsent)).toBeNull();
  expect(judged({ part: { status: 'queued', reason: null } }, noon + 120_000, unsent)).toMatchObject({
    outcome: 'unknown',
    code: 'probe-not-sent',
  });
  expect(judged({ part: { status: 'sending', reason: null } }, noon + 120_000, unsent)).toBeNull();
  expect(judged({ part: { status: 'refused', reason: 'no' } }, noon + 1, unsent)).toMatchObject({ outcome: 'unknown' });
  expect(judged({ part: null }, noon + 1, unsent)).toMatchObject({ outcome: 'unknown' });
});

test('failures are counted one after the other, and hours are drawn as a strip', () => {
  expect(failedInRow([])).toBe(0);
  expect(failedInRow(['ok', 'failed'])).toBe(0);
  expect(failedInRow(['failed', 'failed', 'ok', 'failed'])).toBe(2);
  expect(failedInRow(['failed', 'failed'])).toBe(2);
  expect([[], ['ok'], ['ok', 'failed'], ['failed']].map((each) => probeLetter(each as ('ok' | 'failed')[]))).toEqual([
    '.',
    'i',
    'l',
    'n',
  ]);
  expect(probeDeadlineMs(defaultConfig())).toBeGreaterThan(60_000);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { CommandContext, Options } from '../../../src/cli/commands/command.ts';
import { rehearse } from '../../../src/cli/commands/rehearse.ts';
import type { Fleet } from '../../../src/protocol/door.ts';
import { breaksRule, parseFailRule, type RehearsalSummary } from '../../../src/session/rehearsal.ts';
import { examplePlan, exampleRehearsal } from '../../components/support/example-rehearsal.ts';

/** A shell over a door that answers with this rehearsal. */
const shell = (more: Partial<RehearsalSummary> = {}, options: { terminal?: boolean; yes?: boolean } = {}) => {
  const asked: [string, unknown][] = [];
  const said: string[] = [];
  const { rehearsal, cases } = exampleRehearsal('padaria');
  const result = { rehearsal: { ...rehearsal, ...more }, cases };
  const fleet = {
    getSnapshot: () => ({ jobs: [] }),
    request: async (method: string, params: unknown) => {
      asked.push([method, params]);
      if (method === 'rehearsePlan') return examplePlan;
      return method === 'rehearseCase' ? { title: 'oi', file: '/f.yaml' } : result;
    },
  } as unknown as Fleet;
  const say = (text: string): void => void said.push(text);
  const context = {
    language: 'en',
    isTerminal: options.terminal ?? false,
    signal: new AbortController().signal,
    connect: async () => fleet,
    look: async () => fleet,
    confirm: async () => options.yes ?? false,
    print: say,
    printAsIs: say,
    warn: say,
    progress: () => undefined,
    told: { reason: (_: string | null, text: string) => text },
  } as unknown as CommandContext;
  const run = (given: Options) => rehearse.run(context, ['padaria'], given);
  return { run, asked, said };
};
const done = { state: 'done', reason: null, failed: 0, total: 5 } as const;
const fileWith = (text: string): string => {
  const directory = mkdtempSync(join(tmpdir(), 'zf-rehearse-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, 'new.txt'), text);
  return join(directory, 'new.txt');
};

test('it says what it costs and begins with a yes alone', async () => {
  const instructions = fileWith('Seja breve.');
  const noTerminal = shell();
  await expect(noTerminal.run({ instructions })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('--yes'),
  });
  expect(noTerminal.said[0]).toContain('48 recorded turns of 31 chats and 3 cases');
  expect(noTerminal.asked.map(([method]) => method)).toEqual(['rehearsePlan']);

  const no = shell({}, { terminal: true });
  await expect(no.run({ instructions })).rejects.toMatchObject({ message: 'nothing was asked.' });
  expect(no.asked).toHaveLength(1);

  const yes = shell(done, { terminal: true, yes: true });
  expect(
    await yes.run({ instructions, days: '7', setting: ['ai_config.temperature=0.3', 'ai_config.model=a=b'] }),
  ).toBe(0);
  expect(yes.asked[1]).toEqual([
    'rehearse',
    {
      name: 'padaria',
      instructions: 'Seja breve.',
      days: 7,
      settings: { 'ai_config.temperature': '0.3', 'ai_config.model': 'a=b' },
      actor: 'you',
    },
  ]);
  const printed = yes.said.join('\n');
  expect(printed).toMatch(/worse +Quanto está o corte/);
  expect(printed).toContain('names R$ 65,00, which the instructions do not; promises "vou reservar"');
  expect(printed).toContain('5 asked: 1 worse, 1 unjudged, 1 better, 2 same.');
});

test('the exit code is for CI', async () => {
  const code = (summary: Partial<RehearsalSummary>, failOn?: string) =>
    shell(summary).run({ model: 'm', yes: true, ...(failOn === undefined ? {} : { failOn }) });
  expect(await code(done)).toBe(0);
  expect(await code(done, 'worse>5%')).toBe(1);
  expect(await code(done, 'worse>20%')).toBe(0);
  expect(await code(done, 'worse > 1')).toBe(0);
  expect(await code({ ...done, state: 'budget', reason: 'x' }, 'worse>99%')).toBe(1);
  expect(await code({ ...done, state: 'budget', reason: 'x' })).toBe(0);
  expect(await code({ ...done, failed: 1 }, 'worse>99%')).toBe(1);
  expect(await code({ ...done, state: 'failed', reason: 'no such model' })).toBe(1);
});

test('a rule is a verdict and how many are too many', () => {
  expect(parseFailRule('worse>5%')).toEqual({ verdict: 'worse', above: 5, isPercent: true });
  expect(parseFailRule(' unjudged > 2.5 %')).toEqual({ verdict: 'unjudged', above: 2.5, isPercent: true });
  for (const wrong of ['worse', 'worse<5%', 'worse>101%', 'bad>5', 'worse>', '>5%'])
    expect(parseFailRule(wrong)).toBeNull();
  const counts = { worse: 1, unjudged: 0, better: 0, same: 19 };
  const rule = { verdict: 'worse', above: 5, isPercent: true } as const;
  expect(breaksRule(rule, { counts, asked: 20 })).toBe(false);
  expect(breaksRule(rule, { counts, asked: 19 })).toBe(true);
  expect(breaksRule(rule, { counts: { ...counts, worse: 0 }, asked: 0 })).toBe(false);
});

test('what is wrong is said before a master is asked', async () => {
  const wrong = async (options: Options, words: string) => {
    const { run, asked } = shell();
    await expect(run(options)).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining(words) });
    expect(asked).toEqual([]);
  };
  await wrong({ instructions: '/nowhere/new.txt' }, 'cannot read /nowhere/new.txt');
  await wrong({ instructions: fileWith('x'.repeat(800_001)) }, 'is longer than 200000 characters');
  await wrong({ days: 'x', model: 'm' }, '--days takes a whole number');
  await wrong({ promptVersion: '0' }, '--prompt-version takes');
  await wrong({ setting: ['temperature'] }, '--setting takes key=value, not temperature');
  await wrong({ model: 'm', failOn: 'worse<5' }, '--fail-on takes');
});

test('it is stopped, gone on with, published and made a case of by flags', async () => {
  const methods = async (options: Options) => {
    const { run, asked } = shell(done);
    await run(options);
    return asked.map(([method]) => method);
  };
  expect(await methods({ stop: true })).toEqual(['rehearseStop']);
  expect(await methods({ resume: true })).toEqual(['rehearseResume', 'rehearsal']);
  expect(await methods({ show: true })).toEqual(['rehearsal']);
  expect(await methods({ publish: true })).toEqual(['rehearsal', 'rehearsePublish']);
  expect(await methods({ case: '812' })).toEqual(['rehearseCase']);
});

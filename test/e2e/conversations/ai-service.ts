import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  becomes,
  chatId,
  customer,
  ends,
  fleet,
  gemini,
  name,
  openai,
  phone,
  row,
  run,
  say,
  set,
  web,
} from '../linked-bot.ts';
import { answered, answers, lastRequest } from './answers.ts';

/** What the AI service does, and what a customer gets then. */
export const aiServiceCases = (): void => {
  describe('the AI service', () => {
    test('a wrong key is NOT REPLYING; a key of its own lets the waiting customer be answered', async () => {
      const [ana, bia] = [customer(), customer()];
      openai.always({ kind: 'error', status: 401 });
      await say(ana, 'oi?');
      await becomes('not replying', ({ verdict }) => verdict === 'not_replying');
      expect(row().ai.status).toBe('bad');
      expect(await run('ls')).toMatch(/padaria.*não aceita a chave/);
      expect(await run('why', name, chatId(ana))).toMatch(/chave/);
      await say(bia, 'ninguém?');
      openai.reset();
      await run('config', name, 'set', 'ai_key', 'sk-own-key-of-padaria');
      await answered(ana, ['echo: oi?']);
      await answered(bia, ['echo: ninguém?']);
      expect(openai.requests.at(-1)?.headers['authorization']).toBe('Bearer sk-own-key-of-padaria');
      await becomes('replying', ({ verdict }) => verdict !== 'not_replying');
      const written = ['master.log', `${name}.log`]
        .map((file) => readFileSync(join(fleet.paths.logs, file), 'utf8'))
        .join();
      expect(written).not.toContain('sk-own-key-of-padaria');
    });

    test('a spent quota likewise, and it is asked no more until somebody changes something', async () => {
      const ana = customer();
      openai.always({ kind: 'error', status: 429, quota: true });
      await say(ana, 'oi?');
      await becomes('not replying', ({ verdict }) => verdict === 'not_replying');
      const calls = openai.requests.length;
      await say(ana, 'oi??');
      await run('why', name);
      expect(openai.requests.length).toBe(calls);
      openai.reset();
      await set('ai_key', '');
      await answered(ana, ['echo: oi?\noi??']);
      expect(openai.requests.at(-1)?.headers['authorization']).toBe('Bearer sk-of-the-fleet');
    });

    test('faults that pass are tried again; what is empty, blocked or refused is not sent', async () => {
      const [ana, bia, caio] = [customer(), customer(), customer()];
      openai.script({ kind: 'error', status: 500 }, { kind: 'error', status: 429, retryAfter: '1' });
      await say(ana, 'oi');
      await answered(ana, ['echo: oi'], 40_000);
      expect(await run('why', name, chatId(ana))).toMatch(/de novo/i);
      openai.script({ kind: 'empty' }, { kind: 'empty' });
      await say(bia, 'vazio');
      await ends(bia, /^unanswered/);
      openai.script({ kind: 'blocked', what: 'answer' });
      await say(caio, 'bloqueado');
      await ends(caio, /^unanswered/);
      expect([await answers(bia), await answers(caio)]).toEqual([[], []]);
      expect((await run('events', name)).match(/ unanswered: /g)?.length).toBeGreaterThanOrEqual(2);
    });

    test('a spent budget holds, shows, and goes on when it is raised', async () => {
      const ana = customer();
      expect(row().costTodayUsd).toBeGreaterThan(0);
      await set('ai_config.overBudget', 'hold');
      await run('config', name, 'set', 'ai_config.dailyBudgetUsd', '0.000001');
      await say(ana, 'ainda?');
      await ends(ana, /^held: today's AI budget of the session is spent/);
      await becomes('not replying', ({ verdict }) => verdict === 'not_replying');
      await run('config', name, 'set', 'ai_config.dailyBudgetUsd', 'null');
      await answered(ana, ['echo: ainda?']);
    });

    test('Gemini answers with the same instructions', async () => {
      const ana = customer();
      await run('config', name, 'set', 'ai_config.provider', 'gemini');
      await say(ana, 'oi, Gemini');
      await answered(ana, ['echo: oi, Gemini']);
      expect(lastRequest(gemini)).toContain('Você atende a padaria.');
      await run('config', name, 'set', 'ai_config.provider', 'openai');
    });

    test('try talks with exactly this bot, without WhatsApp; what it costs is booked', async () => {
      const before = row().costTodayUsd;
      const sent = (await web.sent({ phone })).length;
      openai.script({ kind: 'answer', text: 'Sim. Abrimos domingo.' });
      const shown = await run('try', name, 'abre domingo?', '--fast');
      expect(shown).toMatch(/openai gpt.*instruções versão 3/);
      expect(shown).toContain('robô> Sim. Abrimos domingo.');
      expect(shown).toMatch(/\d+ tokens lidos, \d+ escritos, US\$ 0,\d+/);
      expect((await web.sent({ phone })).length).toBe(sent);
      await becomes('a cost that rose', ({ costTodayUsd }) => costTodayUsd > before);
    });
  });
};

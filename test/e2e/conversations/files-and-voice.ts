import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { customer, ends, fleet, messages, name, openai, phone, run, say, set, web } from '../linked-bot.ts';
import { arrivals } from './answers.ts';

/** A file from the shell to the customer's phone, and a voice note that is answered by one: processes, browser and wire are real. */
export const fileAndVoiceCases = (): void => {
  describe('files and voice', () => {
    test('a customer asks for the menu and gets its bytes once, behind the words; why and the chat say so', async () => {
      const path = join(fleet.home, 'cardápio.pdf');
      writeFileSync(path, `%PDF-1.7\n${'página '.repeat(200_000)}`);
      expect(await run('files', 'add', name, path, '--name', 'menu', '--description', 'Cardápio em PDF')).toMatch(
        /menu/,
      );
      const bad = join(fleet.home, 'foto.jpg');
      writeFileSync(bad, 'MZ\x90\0');
      expect(await fleet.run('files', 'add', name, bad)).toMatchObject({ code: 2 });

      const ana = customer();
      openai.script(
        { kind: 'tool', name: 'send_file', arguments: '{"name":"menu","caption":"Com preços"}' },
        { kind: 'answer', text: 'Claro, aqui está.' },
      );
      await say(ana, 'me manda o cardápio?');
      await ends(ana, /^answered/, 40_000);
      const got = await arrivals(ana);
      const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
      expect(got.map(({ text, media }) => [text, media?.filename, media?.sha256])).toEqual([
        ['Claro, aqui está.', undefined, undefined],
        ['Com preços', 'cardápio.pdf', sha256],
      ]);
      expect((await messages(ana)).map(({ kind, text }) => [kind, text]).slice(1)).toEqual([
        ['text', 'Claro, aqui está.'],
        ['document', '📎 cardápio.pdf: Com preços'],
      ]);
      expect(await run('why', name)).toContain('cardápio.pdf');
      expect(await run('files', 'ls', name)).toMatch(/menu +cardápio\.pdf .* 1 /);
    });

    test('a voice note is answered by one, and its words are kept', async () => {
      await set('ai_config.audio', 'describe');
      await set('ai_config.voice', 'notes');
      const ana = customer();
      openai.script({ kind: 'answer', text: 'Que horas abre?' }, { kind: 'answer', text: 'Abrimos às oito.' });
      await say(ana, '', { type: 'ptt', media: { mimeType: 'audio/ogg; codecs=opus', base64: 'T2dnUw==' } });
      const [sent] = await until(async () => {
        const all = await arrivals(ana);
        return all.length > 0 ? all : undefined;
      });
      expect(sent).toMatchObject({ text: '', media: { type: 'ptt', mimeType: 'audio/ogg; codecs=opus' } });
      await ends(ana, /^answered/);
      expect((await messages(ana)).map(({ text }) => text)).toEqual(['Que horas abre?', 'Abrimos às oito.']);
      await set('ai_config.voice', 'off');
      await run('files', 'rm', name, 'menu');
      expect((await web.sent({ phone })).filter(({ media }) => media !== undefined)).toHaveLength(2);
    });
  });
};

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { defaultModels } from '../../../src/session/default-models.ts';
import { createAiProvider } from '../../../workers/ai/create-ai-provider.ts';
import { redact } from '../../../workers/ai/service-call.ts';
import { aRequest, never } from './conversation-request.ts';

describe('providers without a service', () => {
  it('echo says the text back, the same every time', async () => {
    const echo = createAiProvider({ provider: 'echo', secrets: {} });
    const once = await echo.answer(aRequest({ text: 'Oi, tudo bem?' }), never());
    expect(once).toEqual({
      kind: 'answer',
      text: 'Oi, tudo bem?',
      usage: { inputTokens: 3, outputTokens: 3 },
      model: 'echo',
      notes: [],
    });
    expect(await echo.answer(aRequest({ text: 'Oi, tudo bem?' }), never())).toEqual(once);
    expect(await echo.answer(aRequest({ text: ' \n' }), never())).toMatchObject({ kind: 'no-answer', code: 'empty' });
  });

  it('echo summarises within bounds and describes media', async () => {
    const echo = createAiProvider({ provider: 'echo', secrets: {} });
    const items = Array.from({ length: 400 }, (_, n) => ({ role: 'customer' as const, text: `mensagem ${n}` }));
    const summary = await echo.summarize({ previous: 'antes', items, model: 'echo', timeoutMs: 1000 }, never());
    expect(summary.kind === 'answer' && summary.text.length).toBeLessThanOrEqual(1500);
    expect(summary.kind === 'answer' && summary.text).toContain('mensagem 399');
    const media = {
      kind: 'image' as const,
      mimeType: 'image/png',
      bytes: new Uint8Array(3),
      caption: 'olha',
      model: 'echo',
      timeoutMs: 1000,
    };
    expect(await echo.describe(media, never())).toMatchObject({ text: '[image image/png, 3 bytes]: olha' });
  });

  it('echo rejects for an aborted caller, like the others', async () => {
    await expect(
      createAiProvider({ provider: 'echo', secrets: {} }).answer(aRequest(), AbortSignal.abort(new Error('over'))),
    ).rejects.toThrow('over');
  });

  it('none never answers, and that is no fault', async () => {
    expect(await createAiProvider({ provider: 'none', secrets: {} }).answer(aRequest(), never())).toMatchObject({
      kind: 'no-answer',
      code: 'no-ai',
    });
  });

  it('has a default model for each', () => {
    expect(defaultModels).toEqual({
      openai: 'gpt-5.6-luna',
      gemini: 'gemini-3.5-flash-lite',
      webhook: 'webhook',
      echo: 'echo',
      none: 'none',
    });
  });
});

describe('what a worker loads', () => {
  it('no library of a service before its first call', async () => {
    const script = `
      const { registerHooks } = await import('node:module');
      const loaded = [];
      registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
      const { createAiProvider } = await import(${JSON.stringify(new URL('../../../workers/ai/create-ai-provider.ts', import.meta.url).href)});
      const secrets = { openaiKey: 'sk-x', geminiKey: 'x' };
      for (const provider of ['openai', 'gemini', 'echo', 'none']) createAiProvider({ provider, secrets });
      const before = loaded.filter((url) => /node_modules\\/(openai|@google)/.test(url)).length;
      const request = { instructions: '', summary: null, history: [], text: 'x', model: 'x', temperature: null, maxTokens: 16, timeoutMs: 5000 };
      await createAiProvider({ provider: 'openai', secrets, baseUrls: { openai: 'http://127.0.0.1:1/v1' } }).answer(request, new AbortController().signal);
      const after = loaded.filter((url) => /node_modules\\/openai/.test(url)).length;
      process.stdout.write(JSON.stringify({ before, after: after > 0 }));
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 30_000,
    });
    expect(JSON.parse(stdout)).toEqual({ before: 0, after: true });
  });
});

describe('keys in texts', () => {
  it.each([
    ['the key itself', 'bad key k3y-of-mine!', ['k3y-of-mine'], 'bad key [key]!'],
    ['a key of OpenAI', 'Incorrect API key provided: sk-proj-abcDEF123', [], 'Incorrect API key provided: [key]'],
    ['a masked key', 'provided: sk-te***********3456. Find', [], 'provided: [key] Find'],
    [
      'a key of Google',
      'fetching https://x/v1?key=AIzaSyA123456789&alt=json',
      [],
      'fetching https://x/v1?key=[key]&alt=json',
    ],
    ['a header', 'Authorization: Bearer abc.def', [], 'Authorization: [key]'],
    ['control characters', 'a\u001b[31mb\nc', [], 'ab⏎c'],
  ])('hides %s', (_, text, secrets, expected) => {
    expect(redact(text, secrets)).toBe(expected);
  });

  it('keeps a reason short', () => {
    expect(redact('x'.repeat(1000), []).length).toBeLessThanOrEqual(301);
  });
});

import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { OutgoingFile } from '../../../../workers/whatsapp/whatsapp-client.ts';
import { until } from '../../../support/until.ts';
import { processesNaming } from './real-client.ts';
import {
  beginSession,
  chatId,
  customer,
  endSession,
  message,
  open,
  phone,
  profile,
  right,
  sentTimes,
  session,
  web,
} from './shared-session.ts';

/** One browser serves all these cases in order: a launch costs more than a case. */
describe('a session on WhatsApp Web', () => {
  beforeAll(beginSession);

  afterAll(endSession);

  it('shows a QR, is scanned, syncs and connects', async () => {
    const code = await session.qr();
    expect(code.split(',')).toHaveLength(4);
    const [qr] = session.events.filter((event) => event.type === 'qr');
    expect(qr).toMatchObject({ attempt: 1 });
    await web.scan({ code, phone, name: 'Ana' });
    await session.reach('connected');
    expect(session.states()).toEqual(['qr', 'syncing', 'connected']);
    expect(session.client.account()).toMatchObject({ phone, pushName: 'Ana' });
    expect(session.lines.join('\n')).not.toContain(code.slice(0, 40));
  });

  it('tells of a message that comes in', async () => {
    const { id } = await web.deliver({
      phone,
      from: customer,
      text: 'oi, tudo bem?',
      name: 'Bia',
      savedAs: 'Bia (cliente)',
    });
    expect(await message('oi, tudo bem?')).toMatchObject({
      id,
      chatId,
      chatKind: 'person',
      fromMe: false,
      phone: customer,
      kind: 'text',
      pushName: 'Bia',
      isSavedContact: true,
    });
  });

  it('knows the number behind a LID, and lives without it', async () => {
    await web.deliver({ phone, lid: '77788899900011', from: '5531988887777', text: 'de um lid' });
    expect(await message('de um lid')).toMatchObject({ chatId: '77788899900011@lid', phone: '5531988887777' });
    await web.deliver({ phone, lid: '77788899900022', text: 'de um lid sem número' });
    expect(await message('de um lid sem número')).toMatchObject({ chatId: '77788899900022@lid', phone: null });
    expect(await session.client.identify('77788899900011@lid')).toMatchObject({
      phone: '5531988887777',
      lid: '77788899900011@lid',
      addresses: ['77788899900011@lid', '5531988887777@c.us'],
    });
  });

  it('tells of a message that came encrypted first once, and once that it can be read', async () => {
    const { id } = await web.deliver({ phone, from: customer, text: 'em segredo', ciphertext: true });
    const cleared = () =>
      session.events.flatMap((event) =>
        event.type === 'change' && event.change.kind === 'cleared' && event.change.message.id === id
          ? [event.change.message.text]
          : [],
      );
    await until(() => cleared().length > 0, { what: 'the clear text' });
    await web.deliver({ phone, from: customer, text: 'depois do segredo' });
    await message('depois do segredo');
    expect(cleared()).toEqual(['em segredo']);
    expect(session.messages().filter((each) => each.id === id)).toMatchObject([{ kind: 'ciphertext', text: '' }]);
  });

  it('downloads a medium', async () => {
    const bytes = Buffer.from('not really a picture');
    const media = { mimeType: 'image/png', base64: bytes.toString('base64'), caption: 'olha isto' };
    const { id } = await web.deliver({ phone, from: customer, media });
    expect(await message('olha isto')).toMatchObject({ kind: 'image', mimeType: 'image/png' });
    const got = await session.client.downloadMedia(id);
    expect(got.mimeType).toBe('image/png');
    expect(Buffer.from(got.bytes)).toEqual(bytes);
  });

  it('keeps authors in groups apart', async () => {
    await web.deliver({ phone, from: customer, group: '120363000000000001@g.us', text: 'no grupo' });
    expect(await message('no grupo')).toMatchObject({
      chatKind: 'group',
      chatId: '120363000000000001@g.us',
      author: chatId,
      phone: customer,
    });
  });

  it('sees what the owner writes on the phone', async () => {
    const { id } = await web.typeOnPhone({ phone, chatId, text: 'já respondo' });
    expect(await message('já respondo')).toMatchObject({ id, fromMe: true, chatId, phone: customer });
  });

  it('sends under the chosen id, exactly once, and hears of its delivery', async () => {
    const messageId = session.client.newMessageId();
    const result = await session.client.send({ chatId, messageId, text: 'olá! https://example.com' });
    expect(result).toEqual({ kind: 'accepted', id: `true_${chatId}_${messageId}`, ack: 1 });
    expect(await sentTimes(messageId)).toBe(1);
    await web.ack({ phone, id: `true_${chatId}_${messageId}`, ack: 3 });
    await until(() =>
      session.events.some((event) => event.type === 'ack' && event.id.endsWith(messageId) && event.ack === 3),
    );
    expect(await session.client.lookUp({ chatId, messageId })).toEqual({ kind: 'found', ack: 3 });
  });

  it('does not send the same id again', async () => {
    const messageId = session.client.newMessageId();
    await session.client.send({ chatId, messageId, text: 'uma vez' });
    expect(await session.client.send({ chatId, messageId, text: 'uma vez' })).toMatchObject({ kind: 'unknown' });
    expect(await sentTimes(messageId)).toBe(1);
  });

  it('says refused when WhatsApp refuses, or when there is nothing to send', async () => {
    await web.refuseSends({ phone });
    const messageId = session.client.newMessageId();
    expect(await session.client.send({ chatId, messageId, text: 'não vai' })).toMatchObject({ kind: 'refused' });
    expect(await session.client.send({ chatId, messageId: session.client.newMessageId(), text: ' ' })).toMatchObject({
      kind: 'refused',
    });
    expect(await session.client.send({ chatId: 'lixo', messageId, text: 'oi' })).toMatchObject({ kind: 'refused' });
    expect(await sentTimes(messageId)).toBe(1);
    // The page keeps it as failed: that is no proof of a send, and no reason not to try again.
    expect(await session.client.lookUp({ chatId, messageId })).toEqual({ kind: 'found', ack: -1 });
    expect(await session.client.send({ chatId, messageId, text: 'agora vai' })).toMatchObject({ kind: 'accepted' });
    const arrivals = (await web.sent({ phone })).filter((one) => one.messageId === messageId);
    expect(arrivals.map(({ outcome }) => outcome)).toEqual(['refused', 'delivered']);
  });

  it('looks up an id that was never sent', async () => {
    expect(await session.client.lookUp({ chatId, messageId: session.client.newMessageId() })).toEqual({
      kind: 'absent',
    });
  });

  it('answers to groups and to LIDs under an id of their own', async () => {
    for (const chat of ['120363000000000001@g.us', '77788899900011@lid']) {
      const messageId = session.client.newMessageId();
      expect(await session.client.send({ chatId: chat, messageId, text: 'resposta' })).toMatchObject({
        kind: 'accepted',
      });
      expect(await session.client.lookUp({ chatId: chat, messageId })).toMatchObject({ kind: 'found' });
      expect(await sentTimes(messageId)).toBe(1);
    }
  });

  it('shows typing, marks as read, and does not mind a chat that is not there', async () => {
    await session.client.setTyping(chatId, true);
    await session.client.setTyping(chatId, false);
    await session.client.markRead(chatId);
    await session.client.setTyping('5599900000000@c.us', true);
    await until(async () => (await web.seen({ phone })).read.includes(chatId));
    expect((await web.seen({ phone })).presence.map((each) => each.state)).toEqual(['composing', 'paused']);
  });

  it('goes offline when the line breaks, comes back, and gets what arrived meanwhile', async () => {
    await web.drop({ phone });
    await session.reach('offline');
    expect(session.client.status().reasonCode).toBe('socket-timeout');
    await web.deliver({ phone, from: customer, text: 'enquanto fora do ar' });
    await web.comeBack({ phone });
    await session.reach('connected');
    await message('enquanto fora do ar');
  });

  it('sends nothing when the right to speak for the number is over, at the last moment in the page', async () => {
    const text = (messageId: string) => session.client.send({ chatId, messageId, text: 'depois do fim' });
    const messageId = session.client.newMessageId();
    right.leftMs = 0;
    expect(await text(messageId)).toMatchObject({ kind: 'refused', code: 'over' });
    // It passes between the question and the send.
    right.leftMs = 0.01;
    expect(await text(messageId)).toMatchObject({ kind: 'refused', code: 'over' });
    expect(await sentTimes(messageId)).toBe(0);

    // One that WhatsApp refused before is not taken for sent because its next try came too late.
    const refusedId = session.client.newMessageId();
    right.leftMs = 60_000;
    await web.refuseSends({ phone });
    expect(await text(refusedId)).toMatchObject({ kind: 'refused', code: 'error' });
    right.leftMs = 0.01;
    expect(await text(refusedId)).toMatchObject({ kind: 'refused', code: 'over' });
    expect(await session.client.lookUp({ chatId, messageId: refusedId })).toMatchObject({ kind: 'found', ack: -1 });

    right.leftMs = 60_000;
    expect(await text(messageId)).toMatchObject({ kind: 'accepted' });
    expect(await sentTimes(messageId)).toBe(1);
    right.leftMs = null;
  });

  it('leaves the number where it was opened elsewhere while nobody says that it is ours', async () => {
    right.isOurs = false;
    await web.conflict({ phone });
    await session.reach('offline');
    await until(() => right.asked > 1, { what: 'it to ask more than once' });
    expect(session.client.status().reasonCode).toBe('conflict');
    expect(session.events.some((event) => event.type === 'note' && event.code === 'conflict-taken-over')).toBe(false);

    right.isOurs = true;
    await session.reach('connected');
  });

  it('takes the number back when it is opened elsewhere', async () => {
    await web.conflict({ phone });
    await until(() => session.events.some((event) => event.type === 'note' && event.code === 'conflict-taken-over'));
    await session.reach('connected');
  });

  it('loads a crashed page again, and finds what arrived meanwhile; a file that was on its way did not go out', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'zf-files-')), 'lista.pdf');
    onTestFinished(() => rmSync(dirname(path), { recursive: true, force: true }));
    const bytes = 12 * 1024 * 1024;
    writeFileSync(path, Buffer.alloc(bytes, 'lista'));
    const file: OutgoingFile = { path, fileName: 'lista.pdf', mimeType: 'application/pdf', as: 'document', bytes };
    const messageId = session.client.newMessageId();
    await web.holdMedia();
    const sending = session.client.send({ chatId, messageId, text: '', file });
    await until(async () => (await web.uploads()).some((upload) => upload.bytes > 0), { what: 'the file on its way' });
    expect(await session.client.lookUp({ chatId, messageId })).toEqual({ kind: 'found', ack: 0 });

    await web.crashPage({ phone });
    await session.tell('page-crashed');
    await web.deliver({ phone, from: customer, text: 'durante a queda' });
    await session.reach('connected');
    const missed = await session.client.missedMessages(Date.now());
    const heard = [...missed, ...session.messages()].filter((each) => each.text === 'durante a queda');
    expect(heard.length).toBeGreaterThan(0);

    expect(await sending).toMatchObject({ kind: 'unknown' });
    expect(await session.client.lookUp({ chatId, messageId })).toEqual({ kind: 'absent', isPageGone: true });
    expect(await session.client.send({ chatId, messageId, text: '', file })).toMatchObject({ kind: 'accepted' });
    expect(await sentTimes(messageId)).toBe(1);
  });

  it('sends files from the disk under its own ids, each once, and finds them by their ids', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'zf-files-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const made = (fileName: string, mimeType: string, as: OutgoingFile['as'], bytes: number): OutgoingFile => {
      const path = join(directory, randomUUID());
      writeFileSync(path, Buffer.alloc(bytes, fileName));
      return { path, fileName, mimeType, as, bytes };
    };
    const send = async (file: OutgoingFile, text = '') => {
      const messageId = session.client.newMessageId();
      const result = await session.client.send({ chatId, messageId, text, file });
      const [sent] = (await web.sent({ phone })).filter((one) => one.messageId === messageId);
      return { messageId, result, sent };
    };

    const big = made('cardápio.pdf', 'application/pdf', 'document', 40 * 1024 * 1024);
    const before = process.memoryUsage().rss;
    const { messageId, result, sent } = await send(big, 'nosso cardápio');
    expect(result).toMatchObject({ kind: 'accepted', id: `true_${chatId}_${messageId}` });
    expect(process.memoryUsage().rss - before).toBeLessThan(20 * 1024 * 1024);
    const sha256 = createHash('sha256').update(readFileSync(big.path)).digest('hex');
    expect(sent).toMatchObject({
      text: 'nosso cardápio',
      media: { type: 'document', filename: 'cardápio.pdf', mimeType: 'application/pdf', size: big.bytes, sha256 },
    });
    expect(await session.client.lookUp({ chatId, messageId })).toEqual({ kind: 'found', ack: 1 });
    // The same id is not sent again, whoever asks.
    expect(await session.client.send({ chatId, messageId, text: '', file: big })).toMatchObject({ kind: 'unknown' });
    expect(await sentTimes(messageId)).toBe(1);

    expect((await send(made('bolo.png', 'image/png', 'image', 900))).sent?.media).toMatchObject({ type: 'image' });
    expect((await send(made('oi.ogg', 'audio/ogg; codecs=opus', 'voice', 900))).sent?.media).toMatchObject({
      type: 'ptt',
      mimeType: 'audio/ogg; codecs=opus',
    });

    // Too large for WhatsApp, of a type that it does not take, not on the disk: refused, and nothing went out.
    const huge = await send(made('festa.mp4', 'video/mp4', 'video', 17 * 1024 * 1024));
    expect(huge.result).toMatchObject({ kind: 'refused', code: 'file' });
    await web.refuseMedia({ count: 1 });
    const odd = await send(made('estranho.pdf', 'application/pdf', 'document', 900));
    expect(odd.result).toMatchObject({ kind: 'refused', code: 'file' });
    expect(await session.client.lookUp({ chatId, messageId: odd.messageId })).toEqual({ kind: 'found', ack: -1 });
    const lost = await send({ ...big, path: join(directory, 'gone') });
    expect(lost.result).toMatchObject({ kind: 'refused' });
    expect([huge.sent, odd.sent, lost.sent]).toEqual([undefined, undefined, undefined]);

    // Refused once, it goes out under its own id.
    await web.refuseSends({ phone, count: 1 });
    const again = await send(made('lista.pdf', 'application/pdf', 'document', 900));
    expect(again.result).toMatchObject({ kind: 'refused', code: 'error' });
    const file = made('lista.pdf', 'application/pdf', 'document', 900);
    expect(await session.client.send({ chatId, messageId: again.messageId, text: '', file })).toMatchObject({
      kind: 'accepted',
    });
  });

  it('loads a page again that is connected but deaf', async () => {
    await web.deafenPage({ phone });
    await session.tell('page-deaf');
    await session.reach('connected');
    await web.deliver({ phone, from: customer, text: 'agora ouves' });
    await message('agora ouves');
  });

  describe('with a short patience', () => {
    it('says unknown for a send that is held, and finds it by its id', async () => {
      await session.client.close(5_000);
      await open({ deadlines: { sendMs: 500, pageMs: 1_000 } });
      await session.reach('connected');
      await web.holdSends({ phone });
      const messageId = session.client.newMessageId();
      expect(await session.client.send({ chatId, messageId, text: 'segura' })).toMatchObject({ kind: 'unknown' });
      expect(await session.client.lookUp({ chatId, messageId })).toEqual({ kind: 'found', ack: 0 });
      await web.releaseSends({ phone });
      await until(async () => (await session.client.lookUp({ chatId, messageId })).kind === 'found');
      expect(await sentTimes(messageId)).toBe(1);
    });

    it('notices a page that hangs, and ends it all the same', async () => {
      expect(await session.client.probe()).toMatchObject({ registered: true, socket: 'CONNECTED', stream: 'MAIN' });
      await web.hangPage({ phone });
      // The page hears of it a moment later.
      const refusal = await until(
        () =>
          session.client.probe().then(
            () => null,
            (error: unknown) => error,
          ),
        { what: 'a refused probe' },
      );
      expect(refusal).toMatchObject({ code: 'page-hung' });
      await session.reach('broken');
      expect(session.client.status().reasonCode).toBe('page-hung');
      expect(await session.client.send({ chatId, messageId: session.client.newMessageId(), text: 'oi' })).toMatchObject(
        { kind: 'refused' },
      );
      await session.client.close(5_000);
      expect(processesNaming(profile.directory)).toEqual([]);
    });
  });

  it('comes up linked on the same profile, without a QR, and reads what it missed', async () => {
    await web.deliver({ phone, from: customer, text: 'de madrugada', at: Date.now() - 60_000 });
    await web.deliver({ phone, from: '5541955554444', text: 'outro, de madrugada' });
    await open();
    await session.reach('connected');
    expect(session.events.filter((event) => event.type === 'qr')).toEqual([]);
    const missed = await session.client.missedMessages(Date.now());
    const texts = [...missed, ...session.messages()].map((each) => each.text);
    expect(texts).toEqual(expect.arrayContaining(['de madrugada', 'outro, de madrugada']));
    expect(missed.every((each) => !each.fromMe)).toBe(true);
  });

  it('says LOGGED OUT when the phone removes it, and shows a QR when asked to', async () => {
    await web.logOutFromPhone({ phone });
    await session.reach('logged_out');
    expect(session.client.account()).toBeNull();
    expect(session.events.filter((event) => event.type === 'qr')).toEqual([]);
    await session.client.newCodes();
    await session.reach('qr');
    await web.scan({ code: await session.qr(), phone, name: 'Ana' });
    await session.reach('connected');
    await web.deliver({ phone, from: customer, text: 'de volta' });
    await message('de volta');
  });

  it('says LOGGED OUT also when it was removed while away, and pairs by code', async () => {
    await session.client.close(5_000);
    await web.logOutFromPhone({ phone });
    await open();
    await session.reach('logged_out');
    await session.client.pairByCode(phone);
    const code = await until(() => session.events.find((event) => event.type === 'code'), { what: 'a pairing code' });
    expect(session.client.status().state).toBe('code');
    await web.enterPairingCode({ code: code.type === 'code' ? code.code : '', phone, name: 'Ana' });
    await session.reach('connected');
    await expect(session.client.pairByCode(phone)).rejects.toMatchObject({ code: 'refused-by-state' });
  });

  it('says banned when WhatsApp blocks the number', async () => {
    await web.ban({ phone });
    await session.reach('banned');
    await web.unban({ phone });
    await web.drop({ phone });
    await web.comeBack({ phone });
    await session.reach('connected');
  });

  it('is broken when the browser is killed, and comes up again', async () => {
    const pid = session.events.flatMap((event) =>
      event.type === 'browser' && event.pid !== null ? [event.pid] : [],
    )[0];
    process.kill(pid ?? 0, 'SIGKILL');
    await session.reach('broken');
    expect(session.client.status().reasonCode).toBe('browser-exited');
    expect(session.events).toContainEqual({ type: 'browser', pid: null });
    await expect(session.client.probe()).rejects.toMatchObject({ code: 'unavailable' });
    await session.client.close(5_000);
    await open();
    await session.reach('connected');
  });

  it('unlinks the device on logout and leaves nothing running', async () => {
    await session.client.logout();
    await until(async () => (await web.state({})).phones.find((each) => each.number === phone)?.devices === 0);
    expect(processesNaming(profile.directory)).toEqual([]);
  });

  afterEach(({ task }) => {
    if (task.result?.state === 'fail')
      console.error(JSON.stringify([session.lines.slice(-20), session.events.slice(-10)], null, 1));
  });
});

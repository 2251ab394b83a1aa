import { describe, expect, it } from 'vitest';
import { own, readRaw as read } from './raw-messages.ts';

const vcard = [
  'BEGIN:VCARD',
  'VERSION:3.0',
  'N:Souza;Ana;;;',
  'FN:Ana Souza',
  'item1.TEL;waid=5511999998888:+55 11 99999-8888',
  'item1.X-ABLabel:Celular',
  'TEL;type=WORK:(11) 3333-4444',
  'END:VCARD',
].join('\n');

/** Every kind as WhatsApp's page has it, and what is made of it. */
const kinds: Readonly<Record<string, readonly [given: object, told: object]>> = {
  'a picture with words': [
    { type: 'image', body: '/9j/4AAQ', caption: 'olha', mimetype: 'image/jpeg', size: 81_234 },
    { kind: 'image', text: 'olha', mimeType: 'image/jpeg', facts: { fileBytes: 81_234 } },
  ],
  'a picture to be seen once': [
    { type: 'image', mimetype: 'image/jpeg', isViewOnce: true },
    { kind: 'image', text: '', facts: { viewOnce: true } },
  ],
  'something to be seen once that a linked device is not given': [
    { type: 'ciphertext', subtype: 'view_once_unavailable_fanout', body: '' },
    { kind: 'other', text: '', facts: { type: 'view_once', viewOnce: true } },
  ],
  'a voice note': [
    { type: 'ptt', body: '', mimetype: 'audio/ogg; codecs=opus', duration: '12', size: 30_000 },
    { kind: 'audio', text: '', facts: { voiceNote: true, seconds: 12, fileBytes: 30_000 } },
  ],
  'an audio file': [
    { type: 'audio', mimetype: 'audio/mpeg', duration: 185, filename: 'aula.mp3' },
    { kind: 'audio', facts: { fileName: 'aula.mp3', seconds: 185 } },
  ],
  'a video': [
    { type: 'video', mimetype: 'video/mp4', caption: 'assim', duration: 7 },
    { kind: 'video', text: 'assim', facts: { seconds: 7 } },
  ],
  'a round video': [
    { type: 'ptv', mimetype: 'video/mp4', duration: 4 },
    { kind: 'video', facts: { seconds: 4 } },
  ],
  'a document whose caption is its name': [
    {
      type: 'document',
      mimetype: 'application/pdf',
      filename: 'nota.pdf',
      caption: 'nota.pdf',
      size: 9_001,
      pageCount: 3,
    },
    { kind: 'document', text: '', facts: { fileName: 'nota.pdf', fileBytes: 9_001, pages: 3 } },
  ],
  'a document with words': [
    { type: 'document', mimetype: 'application/pdf', filename: 'nota.pdf', caption: 'segue a nota' },
    { kind: 'document', text: 'segue a nota', facts: { fileName: 'nota.pdf' } },
  ],
  'a sticker': [
    { type: 'sticker', mimetype: 'image/webp', body: 'UklG' },
    { kind: 'sticker', text: '', facts: null },
  ],
  'a place': [
    { type: 'location', body: '/9j/', lat: -23.5614, lng: -46.6559, loc: 'MASP\nAv. Paulista, 1578\nSão Paulo' },
    {
      kind: 'location',
      text: '',
      facts: { latitude: -23.5614, longitude: -46.6559, place: 'MASP', address: 'Av. Paulista, 1578, São Paulo' },
    },
  ],
  'a place on the equator, without a name': [
    { type: 'location', lat: 0, lng: -51.07 },
    { kind: 'location', facts: { latitude: 0, longitude: -51.07 } },
  ],
  'a live place': [
    { type: 'location', lat: -23.5, lng: -46.6, isLive: true, comment: 'estou chegando' },
    { kind: 'location', text: 'estou chegando', facts: { live: true, latitude: -23.5, longitude: -46.6 } },
  ],
  'a contact card': [
    { type: 'vcard', body: vcard, vcardFormattedName: 'Ana' },
    {
      kind: 'contact',
      text: '',
      facts: { contacts: [{ name: 'Ana Souza', phones: ['+55 11 99999-8888', '(11) 3333-4444'] }] },
    },
  ],
  'several contact cards': [
    {
      type: 'multi_vcard',
      body: '',
      vcardList: [
        { displayName: 'Ana', vcard },
        { displayName: 'Beto', vcard: 'TEL:190' },
      ],
    },
    {
      kind: 'contact',
      facts: {
        contacts: [
          { name: 'Ana Souza', phones: ['+55 11 99999-8888', '(11) 3333-4444'] },
          { name: 'Beto', phones: ['190'] },
        ],
      },
    },
  ],
  'a poll': [
    {
      type: 'poll_creation',
      pollName: 'Qual dia?',
      pollOptions: [
        { name: 'sexta', localId: 0 },
        { name: 'sábado', localId: 1 },
      ],
    },
    { kind: 'poll', text: '', facts: { question: 'Qual dia?', options: ['sexta', 'sábado'] } },
  ],
  'an order': [
    {
      ...{
        type: 'order',
        body: '/9j/',
        orderTitle: 'Loja da Ana',
        orderId: '77',
        itemCount: 2,
        message: 'pode ser hoje?',
      },
      ...{ totalAmount1000: 99_900, totalCurrencyCode: 'BRL' },
    },
    {
      kind: 'order',
      text: 'pode ser hoje?',
      facts: { title: 'Loja da Ana', orderId: '77', items: 2, price: 'BRL 99.90' },
    },
  ],
  'a product': [
    {
      ...{ type: 'product', body: '/9j/', title: 'Bolo', description: 'de cenoura' },
      ...{ currencyCode: 'BRL', priceAmount1000: 50_000, salePriceAmount1000: 45_500 },
    },
    { kind: 'product', text: '', facts: { title: 'Bolo', description: 'de cenoura', price: 'BRL 45.50' } },
  ],
  'a payment': [
    {
      type: 'payment',
      paymentAmount1000: 12_340,
      paymentCurrency: 'BRL',
      paymentNoteMsg: { type: 'chat', body: 'sinal' },
    },
    { kind: 'payment', text: 'sinal', facts: { price: 'BRL 12.34' } },
  ],
  'an event': [
    {
      ...{ type: 'event_creation', eventName: 'Prova do bolo', eventDescription: ' ', eventStartTime: 1_790_000_000 },
      eventLocation: { name: 'Loja', address: 'Rua A, 1' },
    },
    {
      kind: 'event',
      facts: { title: 'Prova do bolo', startsAt: 1_790_000_000_000, place: 'Loja', address: 'Rua A, 1' },
    },
  ],
  'an invitation to a group': [
    { type: 'groups_v4_invite', inviteGrpName: 'Clientes', comment: 'entra aí', inviteCode: 'segredo' },
    { kind: 'invite', text: 'entra aí', facts: { groupName: 'Clientes' } },
  ],
  'a text with buttons': [
    {
      ...{ type: 'chat', body: 'Confirma?', footer: 'Clínica' },
      hydratedButtons: [{ quickReplyButton: { displayText: 'Sim' } }, { urlButton: { displayText: 'Ver site' } }, 7],
    },
    { kind: 'buttons', text: 'Confirma?', facts: { description: 'Clínica', options: ['Sim', 'Ver site'] } },
  ],
  'a list to choose from': [
    {
      type: 'list',
      body: '',
      list: {
        title: 'Cardápio',
        description: 'Escolha',
        sections: [{ title: 'x', rows: [{ title: 'Pizza' }, { title: 'Bolo' }] }],
      },
    },
    { kind: 'buttons', text: 'Escolha', facts: { title: 'Cardápio', options: ['Pizza', 'Bolo'] } },
  ],
  'something interactive': [
    {
      ...{ type: 'interactive', body: 'Pague aqui', interactiveHeader: { title: 'Pedido 7' } },
      interactivePayload: {
        buttons: [
          { name: 'cta_url', buttonParamsJson: '{"display_text":"Pagar"}' },
          { name: 'review_and_pay', buttonParamsJson: '{' },
        ],
      },
    },
    { kind: 'buttons', text: 'Pague aqui', facts: { title: 'Pedido 7', options: ['Pagar', 'review_and_pay'] } },
  ],
  'a button that was pressed': [
    { type: 'buttons_response', body: 'Sim' },
    { kind: 'text', text: 'Sim', facts: null },
  ],
  'a row that was chosen': [
    { type: 'list_response', body: '', listResponse: { title: 'Pizza' } },
    { kind: 'text', text: 'Pizza' },
  ],
  'a button of a template': [
    { type: 'template_button_reply', body: 'Quero' },
    { kind: 'text', text: 'Quero' },
  ],
  'an answer to something interactive': [
    { type: 'interactive_response', body: 'Pix' },
    { kind: 'text', text: 'Pix' },
  ],
  'an album': [
    { type: 'album', expectedImageCount: 3, expectedVideoCount: 1 },
    { kind: 'album', text: '', facts: { pictures: 3, videos: 1 } },
  ],
  'what cannot be read yet': [
    { type: 'ciphertext', body: '' },
    { kind: 'ciphertext', text: '', facts: null },
  ],
  'a type that nobody knows': [
    { type: 'hologram', body: 'AAAA' },
    { kind: 'other', text: '', facts: { type: 'hologram' } },
  ],
};

describe('every kind', () => {
  it.each(Object.entries(kinds))('%s', (_name, [given, told]) => {
    expect(read(given)).toMatchObject(told);
  });

  it('tells no secret of an invitation', () => {
    expect(JSON.stringify(read({ type: 'groups_v4_invite', inviteCode: 'segredo' }))).not.toContain('segredo');
  });
});

/** Inputs that nobody gave us, as odd as they come. */
describe('odd inputs', () => {
  it('reads a card of 2003 with folded lines, quoted letters and no end', () => {
    const old = [
      'BEGIN:VCARD\r\nVERSION:2.1',
      'FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Jo=C3=A3o, o =\r\n Encanador',
      'TEL;CELL:+55 11\r\n  98888-7777',
      'TEL;HOME:',
      'TEL;CELL:+55 11 98888-7777',
    ].join('\r\n');
    expect(read({ type: 'vcard', body: old })?.facts).toEqual({
      contacts: [{ name: expect.stringMatching(/^João, o /), phones: ['+55 11 98888-7777'] }],
    });
  });

  it('takes cards, options and places that are none for nothing', () => {
    expect(
      read({ type: 'multi_vcard', vcardList: [null, 7, { vcard: {} }, { displayName: 'Só nome' }] })?.facts,
    ).toEqual({
      contacts: [{ name: 'Só nome', phones: [] }],
    });
    expect(read({ type: 'poll_creation', pollName: ['?'], pollOptions: [{ name: 1 }, 'a', null] })).toMatchObject({
      kind: 'poll',
      facts: null,
    });
    expect(read({ type: 'location', lat: 'Infinity', lng: {}, loc: '\n\n' })).toMatchObject({
      kind: 'location',
      facts: null,
    });
  });

  it('does not take a type for a property that every object has', () => {
    for (const type of ['constructor', '__proto__', 'toString'])
      expect(read({ type })).toMatchObject({ kind: 'other', facts: { type } });
  });

  it('keeps no fact without an end', () => {
    const endless = 'ã'.repeat(100_000);
    const facts = read({ type: 'document', mimetype: 'x/y', filename: endless })?.facts;
    expect(facts?.fileName).toHaveLength(4_096);
    const many = Array.from({ length: 5_000 }, (_, index) => ({ name: `opção ${index}` }));
    expect(read({ type: 'poll_creation', pollName: '?', pollOptions: many })?.facts?.options).toHaveLength(100);
  });
});

describe('what a message quotes', () => {
  const [phone = '', lid = ''] = own;
  it.each([
    [
      'of ours, by number',
      { quotedStanzaID: '3EB0A', quotedParticipant: phone, quotedMsg: { type: 'chat', body: 'R$ 50' } },
      { id: 'true_5521912345678@c.us_3EB0A', fromMe: true, isStatus: false, kind: 'text', text: 'R$ 50' },
    ],
    [
      'of ours, by LID and device',
      {
        quotedStanzaID: '3EB0A',
        quotedParticipant: { _serialized: lid.replace('@', ':12@') },
        quotedMsg: { type: 'chat', body: 'x' },
      },
      { fromMe: true, text: 'x' },
    ],
    [
      'of their own',
      {
        quotedStanzaID: '3A00',
        quotedParticipant: '5521912345678@c.us',
        quotedMsg: { type: 'image', body: '/9j/', caption: 'este' },
      },
      { id: 'false_5521912345678@c.us_3A00', fromMe: false, kind: 'image', text: 'este' },
    ],
    [
      'a status of ours',
      {
        ...{ quotedStanzaID: '3EB0B', quotedParticipant: phone, quotedRemoteJid: 'status@broadcast' },
        quotedMsg: { type: 'image', caption: 'Promoção' },
      },
      { id: `true_status@broadcast_3EB0B_${phone}`, fromMe: true, isStatus: true, text: 'Promoção' },
    ],
    [
      'a product',
      {
        quotedStanzaID: '3EB0C',
        quotedParticipant: phone,
        quotedMsg: { type: 'product', title: 'Bolo', body: '/9j/' },
      },
      { kind: 'product', text: 'Bolo' },
    ],
    [
      'what is gone, without a word of it',
      { quotedStanzaID: '3EB0D', quotedParticipant: phone },
      { id: 'true_5521912345678@c.us_3EB0D', fromMe: true, kind: 'other', text: '' },
    ],
    [
      'what the page still has',
      { quotedMsgId: { _serialized: 'true_777@lid_3EB0E' }, quotedMsg: { type: 'chat', body: 'oi' } },
      { id: 'true_777@lid_3EB0E', fromMe: true, text: 'oi' },
    ],
  ])('%s', (_name, given, told) => {
    expect(read(given)?.quoted).toMatchObject(told);
  });

  it('gives the id of what is quoted as before', () => {
    expect(read({ quotedMsgId: 'true_777@lid_3EB0E' })?.quotedId).toBe('true_777@lid_3EB0E');
    expect(read({})).toMatchObject({ quoted: null, quotedId: null });
  });
});

it('tells the ad that a customer came from', () => {
  expect(
    read({ ctwaContext: { title: 'Bolo de festa', description: '10 % hoje', sourceUrl: 'https://fb.me/1' } })?.ad,
  ).toEqual({ title: 'Bolo de festa', text: '10 % hoje', url: 'https://fb.me/1' });
  expect(read({ externalAdReply: { title: 'Bolo', body: 'hoje' } })?.ad).toEqual({
    title: 'Bolo',
    text: 'hoje',
    url: null,
  });
  expect(read({ ctwaContext: { conversionSource: 'FB_Ads' } })?.ad).toBeNull();
});

it('says that a message was edited', () => {
  expect(read({ latestEditMsgKey: { _serialized: 'false_5521912345678@c.us_3A77' } })?.edited).toBe(true);
  expect(read({})?.edited).toBe(false);
});

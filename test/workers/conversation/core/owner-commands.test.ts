import { describe, expect, it } from 'vitest';
import {
  type CommandMessage,
  defaultCommandWords,
  parseOwnerCommand,
} from '../../../../workers/conversation/core/owner-commands.ts';

const adminNumbers = ['5511987654321'];
const parse = (message: Partial<CommandMessage>) =>
  parseOwnerCommand({ text: '!pausar', fromMe: false, chatKind: 'person', phone: null, ...message }, { adminNumbers });

describe("the owner's commands", () => {
  it.each([
    ['!pausar', 'pause'],
    ['!retomar', 'resume'],
    ['!status', 'status'],
    ['!limpar', 'clear'],
    ['  !PAUSAR ', 'pause'],
    ['!Pausár', 'pause'],
  ])('%j on the phone means the chat it was typed in', (text, name) => {
    expect(parse({ text, fromMe: true })).toEqual({ name, by: 'owner', target: { kind: 'chat' }, minutes: null });
  });

  it.each([
    ['!pausar 30', { target: { kind: 'chat' }, minutes: 30 }],
    ['!pausar 1', { target: { kind: 'chat' }, minutes: 1 }],
    ['!pausar 45 min', { target: { kind: 'chat' }, minutes: 45 }],
    ['!pausar tudo', { target: { kind: 'session' }, minutes: null }],
    ['!retomar +55 (11) 91234-5678', { target: { kind: 'phone', phone: '5511912345678' }, minutes: null }],
  ])('%j', (text, expected) => {
    expect(parse({ text, fromMe: true })).toMatchObject(expected);
  });

  it('from an admin mean the session', () => {
    expect(parse({ phone: '5511987654321' })).toEqual({
      name: 'pause',
      by: 'admin',
      target: { kind: 'session' },
      minutes: null,
    });
    expect(parse({ phone: '551187654321' })).toMatchObject({ by: 'admin' });
    expect(parse({ phone: '5511987654321', text: '!pausar 11 91234-5678' })).toMatchObject({
      target: { kind: 'phone', phone: '5511912345678' },
    });
  });

  it.each([
    ['a customer', { phone: '5511900001111' }],
    ['an unresolved LID', { phone: null }],
    ['a number that ends the same', { phone: '987654321' }],
    ['a number that begins the same', { phone: '55119876543210' }],
    ['an admin in a group', { phone: '5511987654321', chatKind: 'group' }],
    ['a customer with an empty number', { phone: '' }],
  ])('from %s are ordinary text', (_, message) => {
    expect(parse(message)).toBeNull();
  });

  it('from any one of several admins count', () => {
    const message = { text: '!status', fromMe: false, chatKind: 'person', phone: '351912345678' };
    expect(parseOwnerCommand(message, { adminNumbers: ['5511987654321', '351912345678'] })).toMatchObject({
      by: 'admin',
    });
    expect(parseOwnerCommand(message, { adminNumbers: [] })).toBeNull();
  });

  it('a landline with the last digits of an admin is no admin', () => {
    const message = { text: '!pausar', fromMe: false, chatKind: 'person', phone: '551134567890' };
    expect(parseOwnerCommand(message, { adminNumbers: ['5511934567890'] })).toBeNull();
  });

  it.each([
    'pausar',
    '!pausar agora não',
    'Olá !pausar',
    '!pausarr',
    '!',
    '',
    '!status 30',
    '!pausar 0',
    '!pausar 99999',
    'vou !pausar',
  ])('%j is ordinary text', (text) => {
    expect(parse({ text, fromMe: true })).toBeNull();
  });

  it('can be renamed', () => {
    const options = { adminNumbers, words: { ...defaultCommandWords, pause: '/stop' } };
    const message = { fromMe: true, chatKind: 'person', phone: null };
    expect(parseOwnerCommand({ ...message, text: '/stop' }, options)).toMatchObject({ name: 'pause' });
    expect(parseOwnerCommand({ ...message, text: '!pausar' }, options)).toBeNull();
    expect(
      parseOwnerCommand({ ...message, text: '' }, { adminNumbers, words: { ...defaultCommandWords, pause: '' } }),
    ).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { type Filters, filtersSchema } from '../../../../src/session/session-config.ts';
import { type Contact, sameSubscriber, shouldAnswer } from '../../../../workers/conversation/limits/contact-match.ts';

const filters = (changes: Partial<Filters> = {}): Filters => ({ ...filtersSchema.parse({}), ...changes });
const person = (changes: Partial<Contact> = {}): Contact => ({
  chatKind: 'person',
  chatId: '5511987654321@c.us',
  phone: '5511987654321',
  lid: '123456789012345@lid',
  author: null,
  isSavedContact: false,
  ...changes,
});
const group = person({
  chatKind: 'group',
  chatId: '1203630@g.us',
  phone: null,
  lid: null,
  author: '5511987654321@c.us',
});
const unresolved = person({ chatId: '123456789012345@lid', phone: null });

describe('the same subscriber', () => {
  it.each([
    ['5511987654321', '5511987654321', true],
    ['5511987654321', '551187654321', true],
    ['554888887777', '5548988887777', true],
    ['5511987654321', '5511987654322', false],
    ['5511987654321', '5521987654321', false],
    // A landline is not the mobile that has the same last eight digits.
    ['551134567890', '5511934567890', false],
    ['351912345678', '351912345678', true],
    ['351912345678', '35112345678', false],
    ['', '', false],
  ])('%s and %s: %s', (a, b, same) => {
    expect(sameSubscriber(a, b)).toBe(same);
    expect(sameSubscriber(b, a)).toBe(same);
  });
});

describe('who is answered', () => {
  const ignored = (reason: string) => ({ answer: false, reason });
  it.each([
    ['a person', person(), filters(), { answer: true }],
    ['a person behind a LID', unresolved, filters(), { answer: true }],
    ['a group', group, filters(), ignored('group')],
    ['an allowed kind of chat', group, filters({ groups: true }), { answer: true }],
    ['a group named on the allow list', group, filters({ allow: ['1203630@g.us'] }), { answer: true }],
    ['a group by an allowed author only', group, filters({ allow: ['5511987654321'] }), ignored('group')],
    ['an allowed author, groups on', group, filters({ groups: true, allow: ['5511987654321'] }), { answer: true }],
    ['a denied author, groups on', group, filters({ groups: true, deny: ['5511987654321'] }), ignored('denied')],
    ['status', person({ chatKind: 'status' }), filters(), ignored('status')],
    ['a broadcast', person({ chatKind: 'broadcast' }), filters(), ignored('broadcast')],
    ['a newsletter', person({ chatKind: 'newsletter' }), filters(), ignored('newsletter')],
    ['a call', person({ chatKind: 'call' }), filters(), ignored('call')],
    ['a call, switched on', person({ chatKind: 'call' }), filters({ calls: true }), { answer: true }],
    ['something else', person({ chatKind: 'other' }), filters(), ignored('other-kind')],
    ['a denied phone', person(), filters({ deny: ['5511987654321'] }), ignored('denied')],
    ['a denied phone without its ninth digit', person(), filters({ deny: ['551187654321'] }), ignored('denied')],
    [
      'a phone of eight digits, denied with nine',
      person({ chatId: '551187654321@c.us', phone: '551187654321' }),
      filters({ deny: ['5511987654321'] }),
      ignored('denied'),
    ],
    ['a denied chat id', person(), filters({ deny: ['551187654321@c.us'] }), ignored('denied')],
    ['a denied LID', person(), filters({ deny: ['123456789012345@lid'] }), ignored('denied')],
    ['a denied LID that is the chat', unresolved, filters({ deny: ['123456789012345@lid'] }), ignored('denied')],
    ['a LID with the digits of a denied phone', unresolved, filters({ deny: ['123456789012345'] }), { answer: true }],
    ['an allowed phone', person(), filters({ allow: ['551187654321'] }), { answer: true }],
    ['an allowed LID', unresolved, filters({ allow: ['123456789012345@lid'] }), { answer: true }],
    ['somebody not on the allow list', person(), filters({ allow: ['5511911112222'] }), ignored('not-allowed')],
    ['an unresolved LID, phones allowed', unresolved, filters({ allow: ['5511987654321'] }), ignored('not-allowed')],
    ['denied and allowed', person(), filters({ allow: ['5511987654321'], deny: ['5511987654321'] }), ignored('denied')],
    ['a saved contact', person({ isSavedContact: true }), filters(), { answer: true }],
    [
      'a saved contact, ignored',
      person({ isSavedContact: true }),
      filters({ ignoreSavedContacts: true }),
      ignored('saved-contact'),
    ],
    [
      'a saved contact on the allow list',
      person({ isSavedContact: true }),
      filters({ ignoreSavedContacts: true, allow: ['5511987654321'] }),
      { answer: true },
    ],
  ])('%s', (_, contact, rules, expected) => {
    expect(shouldAnswer(contact, rules)).toEqual(expected);
  });
});

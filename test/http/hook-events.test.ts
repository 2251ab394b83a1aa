import { expect, test } from 'vitest';
import { hookEventSchemas, hookTestSchema } from '../../src/http/hook-events.ts';
import { openApiDocument } from '../../src/http/openapi.ts';
import { bodyOf, testBody } from '../../src/master/hooks/hook-call.ts';
import { hookEventTypes } from '../../src/session/hook.ts';
import { addSession, chatOf, inbound, noon, temporaryStore } from '../store/support.ts';

/** What hooks are told is what the OpenAPI document says, field by field. */

test('every event that is told fits its schema, which lets nothing else through', () => {
  const store = temporaryStore();
  const session = addSession(store);
  const { id: chat } = chatOf(store, session);
  store.hooks.put(
    session.id,
    { name: 'crm', url: 'https://a.example/x', events: hookEventTypes, allowHosts: [] },
    'you',
    0,
  );
  store.sessions.setState(session.id, { state: 'qr', since: noon, reasonCode: 'x', reason: 'y' });
  store.messages.insert(inbound(session, chat, 'A'), noon);
  const turn = store.turns.begin(
    {
      sessionId: session.id,
      conversationId: chat,
      messageIds: ['false_x_A'],
      joinedText: 'A',
      instructionsVersion: null,
      provider: 'echo',
      model: 'echo',
      parameters: {},
      history: { from: null, to: null, count: 0, hash: '' },
      steps: [],
    },
    noon,
  );
  store.turns.update(turn, { outcome: 'answered' }, noon);
  store.silences.leave({ sessionId: session.id, conversationId: chat, since: noon, code: 'x', reason: 'y' }, noon);
  store.conversations.askForPerson(chat, 'z', noon);

  const told = new Set<string>();
  for (;;) {
    const hook = store.hooks.get(session.id, 'crm');
    const next = hook === null ? null : store.hooks.next(hook);
    if (hook === null || next === null) break;
    const { event } = next;
    const body: unknown = JSON.parse(bodyOf(event, session.name, store.hooks.facts(event) ?? {}));
    const { schema } = hookEventSchemas[event.type];
    // What the schema does not name it drops.
    expect(schema.parse(body)).toEqual(body);
    told.add(event.type);
    store.hooks.passed(hook, next, true, noon);
  }
  expect([...told].sort()).toEqual([...hookEventTypes].sort());
  const test = JSON.parse(testBody(session.name, noon)) as unknown;
  expect(hookTestSchema.parse(test)).toEqual(test);
});

test('the document has each of them as a webhook with its signature, and its fields', () => {
  const { webhooks } = openApiDocument('1.2.3') as unknown as {
    webhooks: Record<string, { post: { requestBody: unknown; parameters: readonly { name: string }[] } }>;
  };
  expect(Object.keys(webhooks)).toEqual(hookEventTypes);
  for (const { post } of Object.values(webhooks))
    expect(post.parameters.map(({ name }) => name)).toEqual(['webhook-id', 'webhook-timestamp', 'webhook-signature']);
  expect(JSON.stringify(webhooks['customer.silent'])).toMatch(/"silence":.*"since":.*"code":.*"reason"/);
});

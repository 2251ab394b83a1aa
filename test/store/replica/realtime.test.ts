import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { openSupabase } from '../../../src/store/replica/supabase-door.ts';
import { until } from '../../support/until.ts';

/** Phoenix frames come as arrays (version 2) or objects (version 1); answers go back in the form they came in. */
const reply = (text: string, event: string, payload: unknown): string => {
  const frame: unknown = JSON.parse(text);
  if (Array.isArray(frame))
    return JSON.stringify([frame[0], event === 'phx_reply' ? frame[1] : null, frame[2], event, payload]);
  const { topic, ref, join_ref } = frame as { topic: string; ref: string; join_ref: string };
  return JSON.stringify({ topic, event, payload, ref: event === 'phx_reply' ? ref : null, join_ref });
};

it.each([
  [3, 'whatsapp_sessions'],
  [4, 'fleet_edits'],
])(
  'an edit is told at once where Realtime is there (schema %i: %s), and the channel ends with the door',
  async (schema, table) => {
    const hello = JSON.stringify({ stream: null, applied_seq: 0, schema, others: 0 });
    const http = createServer((request, response) =>
      request.url?.endsWith('/zap_fleet_hello') === true
        ? response.writeHead(200, { 'content-type': 'application/json' }).end(hello)
        : response.writeHead(404).end(),
    );
    const sockets = new WebSocketServer({ server: http });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      for (const socket of sockets.clients) socket.terminate();
      http.close();
    });
    const edits: (() => void)[] = [];
    const asked: string[] = [];
    sockets.on('connection', (socket) => {
      socket.on('message', (data) => {
        const text = String(data);
        if (!text.includes('phx_join')) {
          if (text.includes('heartbeat') || text.includes('phx_leave'))
            socket.send(reply(text, 'phx_reply', { status: 'ok', response: {} }));
          return;
        }
        asked.push(text);
        const filter = { id: 7, event: '*', schema: 'public', table };
        socket.send(reply(text, 'phx_reply', { status: 'ok', response: { postgres_changes: [filter] } }));
        edits.push(() =>
          socket.send(
            reply(text, 'postgres_changes', {
              ids: [7],
              data: {
                type: 'UPDATE',
                schema: 'public',
                table,
                commit_timestamp: '2026-11-22T12:00:00Z',
                columns: [
                  { name: 'session_name', type: 'text' },
                  { name: 'revision', type: 'int8' },
                ],
                record: { session_name: 'padaria', revision: 9 },
                old_record: { session_name: 'padaria', revision: 9 },
                errors: null,
              },
            }),
          ),
        );
      });
    });
    const door = openSupabase({
      url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
      key: 'sb_secret_test',
      requestMs: 5000,
      realtime: true,
    });
    const told: unknown[] = [];
    door.onEdited((edit) => told.push(edit));
    expect(asked).toEqual([]);
    await door.call('zap_fleet_hello', { p_node: 'n', p_host: 'h' });
    // Once when the channel is there: for what was edited before.
    await until(() => told.length === 1, { what: 'the subscription' });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain(`"table":"${table}"`);
    edits.at(-1)?.();
    await until(() => told.length === 2, { what: 'the edit' });
    await door.close();
    await until(() => sockets.clients.size === 0, { what: 'the socket to close' });
    expect(told).toEqual([null, { name: 'padaria', revision: 9, movingTo: null }]);
  },
);

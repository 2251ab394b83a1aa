import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createStoredLinks, linkMethods } from '../../src/http/link-methods.ts';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import { FleetError } from '../../src/session/fleet-error.ts';
import { openStore } from '../../src/store/store.ts';
import { fakeRow, scanRow } from './fake-fleet.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'zf-links-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('makes, keeps and ends links through the store', () => {
  const path = join(directory, 'fleet.db');
  const store = openStore(path);
  const links = createStoredLinks(store, Date.now);
  const rows = [fakeRow('padaria-joao'), scanRow('studio-bela')];
  const rowOf = (name: string): SessionRow => {
    const row = rows.find((session) => session.name === name);
    if (row === undefined) throw new FleetError('no-such-session', 'none');
    return row;
  };
  const recorded: unknown[] = [];
  const record = (row: SessionRow, kind: string, _: string, actor: string | undefined): void => {
    recorded.push([row.name, kind, actor]);
  };
  let base: string | null = null;
  const { link } = linkMethods({ links, baseUrl: () => base, rowOf, record });
  expect(() => link({ name: 'studio-bela' })).toThrow(/no web address/);
  base = 'https://bots.example.com';
  expect(() => link({ name: 'padaria-joao' })).toThrow(/connected already/);
  expect(() => link({ name: 'nobody' })).toThrow(FleetError);
  const made = link({ name: 'studio-bela', actor: 'you' });
  expect(made.warning).toBeNull();
  expect(made.url).toBe(`https://bots.example.com/link/${made.code}`);
  store.close();

  // The master was restarted.
  const again = openStore(path);
  const kept = createStoredLinks(again, Date.now);
  expect(kept.resolve(made.code)?.sessionId).toBe('id-studio-bela');
  const { revokeLink } = linkMethods({ links: kept, baseUrl: () => base, rowOf, record });
  expect(revokeLink({ name: 'studio-bela' })).toEqual({ revoked: true });
  expect(revokeLink({ name: 'studio-bela' })).toEqual({ revoked: false });
  expect(kept.resolve(made.code)).toBeNull();
  again.close();
  expect(recorded).toEqual([
    ['studio-bela', 'link-made', 'you'],
    ['studio-bela', 'link-revoked', undefined],
  ]);
});

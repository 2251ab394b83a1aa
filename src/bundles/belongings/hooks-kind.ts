import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type HookEventType, hookBounds, hookNameProblem, hookUrlProblem } from '../../session/hook.ts';
import { hostOf, toolBounds } from '../../session/tool.ts';
import { readHookSecrets, replaceHookSecrets } from '../../settings/hook-secrets.ts';
import type { BelongingKind, BelongingSource } from './belonging-kind.ts';
import { actorSchema, momentSchema, notUnderstood, readLaidOut } from './read-laid-out.ts';
import { stableJson } from './stable-json.ts';

/** Hooks of a session with the secrets that sign what they are told. Where each stands in its queue is each server's own. */

const file = 'hooks.json';

const hookSchema = z.object({
  name: z.string().refine((name) => hookNameProblem(name) === null),
  url: z.string().max(toolBounds.url),
  /** A newer program may know more of them: they stay with it, and here nobody tells of them. */
  events: z.array(z.string().max(60)).max(50),
  allowHosts: z.array(z.string().max(300)).max(toolBounds.allowHosts),
});
const laidOutSchema = z.object({
  hooks: z
    .array(
      z.object({
        hook: hookSchema,
        setAt: momentSchema,
        setBy: actorSchema,
        secret: z.object({ host: z.string(), secret: z.string().min(1).max(toolBounds.secret.most) }).nullable(),
      }),
    )
    .max(hookBounds.perSession),
});
type LaidOutHook = z.infer<typeof laidOutSchema>['hooks'][number];
type Given = NonNullable<LaidOutHook['secret']>;

const listOf = ({ store, paths, sessionId }: BelongingSource): readonly LaidOutHook[] => {
  const hooks = store.hooks.list(sessionId);
  if (hooks.length === 0) return [];
  const secrets = readHookSecrets(paths)[sessionId] ?? {};
  return hooks.map(({ name, url, events, allowHosts, setAt, setBy }) => ({
    hook: { name, url, events: [...events], allowHosts: [...allowHosts] },
    setAt,
    setBy,
    secret: secrets[name] ?? null,
  }));
};

export const hooksKind: BelongingKind = {
  name: 'hooks',

  describe: (source) => {
    const hooks = listOf(source);
    return hooks.length === 0 ? null : stableJson(hooks);
  },

  layOut: async (source, directory) => {
    const hooks = listOf(source);
    await writeFile(join(directory, file), JSON.stringify({ hooks }), { mode: 0o600 });
    return { count: hooks.length, written: [file], copied: [] };
  },

  prepare: async (target, directory) => {
    const { store, paths, sessionId, now } = target;
    const { hooks } = await readLaidOut(join(directory, file), laidOutSchema, 'hooks');
    const isTold = ({ hook }: LaidOutHook): boolean => hookUrlProblem(hook.url, hook.allowHosts) === null;
    if (!hooks.every(isTold) || new Set(hooks.map(({ hook }) => hook.name)).size < hooks.length)
      throw notUnderstood('hooks');

    // A server that was restored from a backup has none: where it is known, it stays known.
    const here = readHookSecrets(paths)[sessionId] ?? {};
    const secrets: Record<string, Given> = {};
    for (const { hook, secret } of hooks) {
      const known = here[hook.name];
      const kept = secret ?? (known?.host === hostOf(hook.url) ? known : null);
      if (kept === null) continue;
      secrets[hook.name] = kept;
      target.addSecret(kept.secret);
    }
    const set = hooks.map(({ hook, setAt, setBy }) => ({
      ...hook,
      events: hook.events as readonly HookEventType[],
      setAt,
      setBy,
    }));
    return {
      count: hooks.length,
      // A file that cannot be written takes the definitions back, too.
      commit: () =>
        store.database.transaction(() => {
          store.hooks.replaceAll(sessionId, set, now);
          replaceHookSecrets(paths, sessionId, secrets);
        }),
      abandon: () => undefined,
    };
  },
};

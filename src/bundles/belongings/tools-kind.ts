import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hostOf, type Tool, toolBounds, toolNameProblem, toolUrlProblem } from '../../session/tool.ts';
import { readToolSecrets, replaceToolSecrets } from '../../settings/tool-secrets.ts';
import type { BelongingKind, BelongingSource } from './belonging-kind.ts';
import { actorSchema, momentSchema, notUnderstood, readLaidOut } from './read-laid-out.ts';
import { stableJson } from './stable-json.ts';

/** Tools of a session with the secrets that sign their calls. */

const file = 'tools.json';

const bounded = ({ least, most }: { readonly least: number; readonly most: number }) =>
  z.number().int().min(least).max(most);
/** Loose: what a newer program says of a tool stays with it. */
const toolSchema = z.looseObject({
  name: z.string().refine((name) => toolNameProblem(name) === null),
  description: z.string().min(1).max(toolBounds.description),
  url: z.string().max(toolBounds.url),
  parameters: z.record(z.string(), z.unknown()),
  timeoutMs: bounded(toolBounds.timeoutMs),
  callsPerTurn: bounded(toolBounds.callsPerTurn),
  isIdempotent: z.boolean(),
  onlyReads: z.boolean(),
  lookupUrl: z.string().max(toolBounds.url).nullable(),
  allowHosts: z.array(z.string().max(300)).max(toolBounds.allowHosts),
});
const laidOutSchema = z.object({
  tools: z
    .array(
      z.object({
        tool: toolSchema,
        setAt: momentSchema,
        setBy: actorSchema,
        secret: z.object({ host: z.string(), secret: z.string().min(1).max(toolBounds.secret.most) }).nullable(),
      }),
    )
    .max(toolBounds.perSession),
});
type LaidOutTool = z.infer<typeof laidOutSchema>['tools'][number];
type Given = NonNullable<LaidOutTool['secret']>;

const listOf = ({ store, paths, sessionId }: BelongingSource) => {
  const tools = store.tools.list(sessionId);
  if (tools.length === 0) return [];
  const secrets = readToolSecrets(paths)[sessionId] ?? {};
  return tools.map(({ setAt, setBy, ...tool }) => ({ tool, setAt, setBy, secret: secrets[tool.name] ?? null }));
};

/** As the door checks it when a person sets it. */
const isCallable = ({ tool }: LaidOutTool): boolean => {
  const { url, lookupUrl, allowHosts } = tool;
  if (toolUrlProblem(url, allowHosts) !== null) return false;
  if (lookupUrl === null) return true;
  const isUrl = toolUrlProblem(lookupUrl.replaceAll('{key}', 'key'), allowHosts) === null;
  return isUrl && (hostOf(lookupUrl) === hostOf(url) || allowHosts.includes(hostOf(lookupUrl)));
};

export const toolsKind: BelongingKind = {
  name: 'tools',

  describe: (source) => {
    const tools = listOf(source);
    return tools.length === 0 ? null : stableJson(tools);
  },

  layOut: async (source, directory) => {
    const tools = listOf(source);
    await writeFile(join(directory, file), JSON.stringify({ tools }), { mode: 0o600 });
    return { count: tools.length, written: [file], copied: [] };
  },

  prepare: async (target, directory) => {
    const { store, paths, sessionId, now } = target;
    const { tools } = await readLaidOut(join(directory, file), laidOutSchema, 'tools');
    if (!tools.every(isCallable) || new Set(tools.map(({ tool }) => tool.name)).size < tools.length)
      throw notUnderstood('tools');

    // A server that was restored from a backup has none: where it is known, it stays known.
    const here = readToolSecrets(paths)[sessionId] ?? {};
    const secretOf = ({ tool, secret }: LaidOutTool): Given | null => {
      const known = here[tool.name];
      return secret ?? (known?.host === hostOf(tool.url) ? known : null);
    };
    const secrets = Object.fromEntries(
      tools.flatMap((one): [string, Given][] => {
        const secret = secretOf(one);
        return secret === null ? [] : [[one.tool.name, secret]];
      }),
    );
    for (const { secret } of Object.values(secrets)) target.addSecret(secret);
    return {
      count: tools.length,
      // A file that cannot be written takes the definitions back, too.
      commit: () =>
        store.database.transaction(() => {
          store.tools.replaceAll(
            sessionId,
            tools.map(({ tool, setAt, setBy }) => ({ ...(tool as Tool), setAt, setBy })),
            now,
          );
          replaceToolSecrets(paths, sessionId, secrets);
        }),
      abandon: () => undefined,
    };
  },
};

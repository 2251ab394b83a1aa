import { randomUUID } from 'node:crypto';
import { type FleetParts, wake } from '../orchestrator/door/fleet-parts.ts';
import type { MethodsOf } from '../orchestrator/door/handlers.ts';
import type { ManagedSession } from '../orchestrator/state/managed-session.ts';
import type { FleetApi } from '../protocol/fleet-api.ts';
import { FleetError } from '../session/fleet-error.ts';
import { plainText } from '../session/plain-text.ts';
import {
  hostOf,
  plainHost,
  type Tool,
  type ToolLine,
  toolBounds,
  toolNameProblem,
  toolUrlProblem,
} from '../session/tool.ts';
import { toolSecretOf, writeToolSecret } from '../settings/tool-secrets.ts';
import type { StoredTool } from '../store/tool-store.ts';
import { loadSecretToKeep, refuseChanged } from './given-secret.ts';

/** The methods of the door about a session's tools. What checks schemas and makes calls is loaded when it is asked for. */

type Parts = Pick<FleetParts, 'paths' | 'book' | 'store' | 'orchestrator' | 'now'> & {
  readonly log: { addSecret(secret: string): void };
};
type Asked = FleetApi['toolSet']['params'];

const day = 86_400_000;

const noSuchTool = (session: string, tool: string): FleetError =>
  new FleetError('usage', `${session} has no tool ${plainText(tool)}. See: zap-fleet tool ls ${session}`);

const refuse = (problem: string | null): void => {
  if (problem !== null) throw new FleetError('usage', problem);
};

const hostsOf = (given: readonly string[]): readonly string[] =>
  given.map((host) => {
    const plain = plainHost(host);
    if (plain === null) throw new FleetError('usage', `${plainText(host)} is no host. Example: --allow-host n8n.local`);
    return plain;
  });

const readLine = ({ paths, store, now }: Parts, sessionId: string, tool: StoredTool): ToolLine => {
  const { last, ...calls } = store.tools.standing(sessionId, tool.name, now() - day);
  return { ...tool, hasSecret: toolSecretOf(paths, sessionId, tool) !== null, calls, last };
};

/** The tool as it is to be; what is left out stays, or is the usual. Throws `usage`. */
const asAsked = (asked: Asked, known: StoredTool | null, checkSchema: (value: unknown) => Tool['parameters']): Tool => {
  const { tool: name } = asked;
  refuse(toolNameProblem(name));
  const url = asked.url ?? known?.url;
  const given = asked.schema ?? known?.parameters;
  const description = plainText(asked.description ?? known?.description ?? '').trim();
  if (url === undefined) throw new FleetError('usage', 'say where it is, with --url https://…');
  if (given === undefined) throw new FleetError('usage', 'say what it takes, with --schema FILE (JSON schema)');
  if (description === '')
    throw new FleetError('usage', 'say when the AI is to call it, with --describe "Books a visit on a day and time"');

  const allowHosts = asked.allowHosts === undefined ? (known?.allowHosts ?? []) : hostsOf(asked.allowHosts);
  const lookupUrl = asked.lookupUrl === undefined ? (known?.lookupUrl ?? null) : asked.lookupUrl || null;
  refuse(toolUrlProblem(url, allowHosts));
  if (lookupUrl !== null) {
    refuse(toolUrlProblem(lookupUrl.replaceAll('{key}', 'key'), allowHosts));
    if (hostOf(lookupUrl) !== hostOf(url) && !allowHosts.includes(hostOf(lookupUrl)))
      throw new FleetError('usage', `--lookup is on another host: allow it with --allow-host ${hostOf(lookupUrl)}`);
  }
  const onlyReads = asked.onlyReads ?? known?.onlyReads ?? false;
  return {
    name,
    description,
    url,
    parameters: checkSchema(given),
    timeoutMs: asked.timeoutMs ?? known?.timeoutMs ?? toolBounds.timeoutMs.usual,
    callsPerTurn: asked.callsPerTurn ?? known?.callsPerTurn ?? toolBounds.callsPerTurn.usual,
    isIdempotent: onlyReads || (asked.isIdempotent ?? known?.isIdempotent ?? false),
    onlyReads,
    lookupUrl,
    allowHosts,
  };
};

export const createToolMethods = (parts: Parts): MethodsOf<'tools' | 'toolSet' | 'toolRemove' | 'toolTest'> => {
  const { book, store, paths, now } = parts;
  const toolOf = (session: ManagedSession, name: string): StoredTool => {
    const tool = store.tools.get(session.stored.id, name);
    if (tool === null) throw noSuchTool(session.stored.name, name);
    return tool;
  };

  return {
    tools: ({ name }) => {
      const { id } = book.get(name).stored;
      return { tools: store.tools.list(id).map((tool) => readLine(parts, id, tool)) };
    },

    toolSet: async (asked) => {
      const secretToKeep = await loadSecretToKeep();
      const { checkSchema } = await import('../tools/check-arguments.ts');
      const session = book.get(asked.name);
      const { id } = session.stored;
      const known = store.tools.get(id, asked.tool);
      if (asked.isNew === true && known !== null)
        throw new FleetError('usage', `${asked.tool} is there already. Change it with: zap-fleet tool set`);
      if (asked.isNew === false && known === null) throw noSuchTool(session.stored.name, asked.tool);
      refuseChanged(asked.tool, known, asked.seenAt);
      if (known === null && store.tools.list(id).length >= toolBounds.perSession)
        throw new FleetError(
          'usage',
          `a session has ${toolBounds.perSession} tools at most: the AI is shown all of them with every question.`,
        );
      const tool = asAsked(asked, known, checkSchema);
      const secret = secretToKeep(asked, toolSecretOf(paths, id, tool) !== null);
      const actor = asked.actor ?? 'you';
      // A file that cannot be written takes the definition back, too.
      store.database.transaction(() => {
        store.tools.put(id, tool, actor, now());
        if (secret === null) return;
        parts.log.addSecret(secret.secret);
        writeToolSecret(paths, id, tool.name, { host: hostOf(tool.url), secret: secret.secret });
      });
      book.reload(session);
      book.record(session, {
        level: 'info',
        kind: 'tool-set',
        text: `the tool ${tool.name} is set: ${hostOf(tool.url)}`,
        evidence: { tool: tool.name, host: hostOf(tool.url) },
        actor,
      });
      await wake(parts, session);
      return {
        tool: readLine(parts, id, toolOf(session, tool.name)),
        secret: secret?.made === true ? secret.secret : null,
      };
    },

    toolRemove: async ({ name, tool, actor }) => {
      const session = book.get(name);
      const { id } = session.stored;
      toolOf(session, tool);
      store.tools.remove(id, tool, now());
      writeToolSecret(paths, id, tool, null);
      book.reload(session);
      book.record(session, {
        level: 'info',
        kind: 'tool-removed',
        text: `the tool ${tool} is removed`,
        evidence: { tool },
        actor: actor ?? 'you',
      });
      await wake(parts, session);
      return { removed: true };
    },

    toolTest: async ({ name, tool: toolName, arguments: given }) => {
      const session = book.get(name);
      const tool = toolOf(session, toolName);
      const { argumentsProblem } = await import('../tools/check-arguments.ts');
      const problem = argumentsProblem(tool.parameters, given);
      if (problem !== null) throw new FleetError('usage', `these arguments are not what the schema says: ${problem}`);
      const secret = toolSecretOf(paths, session.stored.id, tool);
      if (secret === null)
        throw new FleetError(
          'refused-by-state',
          `${tool.name} has no secret on this server. Give it one with: --new-secret`,
        );

      const { callTool } = await import('../tools/call-tool.ts');
      const from = performance.now();
      const key = randomUUID();
      const answer = await callTool(
        tool,
        secret,
        { key, arguments: given, session: session.stored.name, customer: null },
        now(),
      );
      return { key, ms: Math.round(performance.now() - from), answer };
    },
  };
};

import type { HomePaths } from '../../src/home/home-paths.ts';
import { messageOf } from '../../src/session/fleet-error.ts';
import type { Tool, ToolAnswer } from '../../src/session/tool.ts';
import { toolSecretOf } from '../../src/settings/tool-secrets.ts';
import type { ToolCaller } from '../conversation/core/engine-types.ts';
import { checkCall } from './check-call.ts';

/** How a session's tools are reached. What makes the calls is loaded at the first of them: a session without tools never pays for it. */

const notMade = (code: string, reason: string): ToolAnswer => ({ kind: 'failed', code, reason, status: null });

/** For a chain that nobody is served by: nothing is called. */
export const noTools: ToolCaller = {
  check: async () => null,
  call: async () => notMade('no-tools', 'no tool is called here'),
  lookUp: async () => ({ ...notMade('no-tools', 'no tool is called here'), kind: 'unknown' }) as ToolAnswer,
};

export const toolCallerFor = (around: {
  readonly paths: HomePaths;
  readonly sessionId: string;
  /** Told of a secret before it is used, so that no log shows it. */
  readonly onSecret: (secret: string) => void;
}): ToolCaller => {
  const { paths, sessionId } = around;

  const withSecret = async (tool: Tool, use: (secret: string) => Promise<ToolAnswer>): Promise<ToolAnswer> => {
    try {
      const secret = toolSecretOf(paths, sessionId, tool);
      if (secret === null)
        return notMade(
          'no-secret',
          `${tool.name} has no secret on this server: zap-fleet tool set NAME ${tool.name} --new-secret`,
        );
      around.onSecret(secret);
      return await use(secret);
    } catch (error) {
      return notMade('failed', messageOf(error));
    }
  };

  return {
    check: checkCall,
    call: (tool, call) =>
      withSecret(tool, async (secret) => {
        const { callTool } = await import('../../src/tools/call-tool.ts');
        return callTool(tool, secret, call, Date.now());
      }),
    lookUp: async (tool, key) => {
      const answer = await withSecret(tool, async (secret) => {
        const { lookUpCall } = await import('../../src/tools/call-tool.ts');
        return lookUpCall(tool, secret, key, Date.now());
      });
      // A lookup that was not made tells nothing.
      return answer.kind === 'failed' && answer.code !== 'absent' ? { ...answer, kind: 'unknown' } : answer;
    },
  };
};

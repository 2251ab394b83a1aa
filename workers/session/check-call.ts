import type { Tool } from '../../src/session/tool.ts';

/** What is wrong with the arguments of a call, for the model that wrote them; null: nothing. Read from the disk at the first call. */
export const checkCall = async ({ parameters }: Pick<Tool, 'parameters'>, given: unknown): Promise<string | null> =>
  (await import('../../src/tools/check-arguments.ts')).argumentsProblem(parameters, given);

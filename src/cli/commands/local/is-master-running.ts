import type { CommandContext } from '../command.ts';

/** Asks the socket, so that no master is started by the question. */
export const isMasterRunning = async ({ loaded }: CommandContext): Promise<boolean> => {
  const { isMasterThere } = await import('../../../orchestrator/process/reach-socket.ts');

  return isMasterThere(loaded.paths);
};

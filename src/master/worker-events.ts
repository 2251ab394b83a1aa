import type { ProcessListeners } from '../orchestrator/process/process-manager.ts';

type Receiver = Pick<ProcessListeners, 'onProcess' | 'onMessage'>;

/**
 * What PM2's bus tells, for whoever asks to hear it. The bus speaks as soon as it is connected; what it says before somebody listens is
 * dropped, because the take-over of what runs sees it all anyway.
 */
export interface WorkerEvents {
  readonly listeners: ProcessListeners;
  deliverTo(receiver: Receiver): void;
}

export const createWorkerEvents = (onLost: () => void): WorkerEvents => {
  const receivers = new Set<Receiver>();

  return {
    listeners: {
      onProcess: (event) => {
        for (const receiver of receivers) receiver.onProcess(event);
      },
      onMessage: (type, data) => {
        for (const receiver of receivers) receiver.onMessage(type, data);
      },
      onLost,
    },
    deliverTo: (receiver) => {
      receivers.add(receiver);
    },
  };
};

import { idPart } from '../../../src/session/message-key.ts';
import type { StoredMessage } from '../../../src/store/message-store.ts';
import type { EngineCore } from './engine-core.ts';

/**
 * Whether a question of a mystery customer was asked where this worker runs. One that came along when its session moved is answered by
 * nobody: the other side would take an answer that it does not know for a customer.
 */
export const isAskedHere = (core: EngineCore, messages: readonly Pick<StoredMessage, 'waId'>[]): boolean =>
  core.store.probes.openOf(core.session.id).some((run) => run.sessionId === core.session.id) ||
  messages.some(({ waId }) => core.store.probes.known(idPart(waId)) !== null);

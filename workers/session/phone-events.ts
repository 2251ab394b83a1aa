import { messageOf } from '../../src/session/fleet-error.ts';
import { storeFaultOf } from '../../src/store/store-fault.ts';
import type { LinkStatus, WhatsAppEvent } from '../whatsapp/whatsapp-client.ts';
import { closeIdlePhone, closePhoneLater } from './close-phone.ts';
import { type RuntimeCore, silenceConversation } from './runtime-core.ts';
import { codeOf, isSpent, noCode } from './shown-code.ts';
import { verifyPhone } from './verify-phone.ts';

const followLink = (core: RuntimeCore, status: LinkStatus): void => {
  const { live, face } = core;
  live.status = status;
  if (status.state !== 'qr' && status.state !== 'code' && face.code().kind !== 'none') face.showCode(noCode);

  switch (status.state) {
    case 'connected':
      verifyPhone(core);
      break;
    case 'logged_out':
      silenceConversation(core);
      live.hold = null;
      core.store.sessions.clearAccount(live.session.id);
      break;
    case 'banned':
      silenceConversation(core);
      // Never retried; the browser is of no more use, and an exit could be taken for a crash.
      closePhoneLater(core);
      break;
    case 'broken':
      silenceConversation(core);
      core.endRuntime('broken', status.reason ?? status.reasonCode ?? 'broken');
      break;
    default:
      if (live.isVerified) silenceConversation(core);
  }

  if (status.state !== 'connected') core.probe.reset();
  face.publishState();
  face.pokeActivity();
};

const handleLink = (core: RuntimeCore, status: LinkStatus): void => {
  try {
    followLink(core, status);
  } catch (error) {
    // A link that the store does not know of must not answer anyone.
    core.log.error('the store refused', { error });
    silenceConversation(core);
    // A store at fault is waited for, and the link is looked at again then (store-guard.ts).
    if (storeFaultOf(error) === null) core.endRuntime('store-unusable', messageOf(error));
  }
};

/** What the phone tells, handed to whom it concerns: state and code to the face, messages and acks to the conversations. */
export const handlePhoneEvent = (core: RuntimeCore, event: WhatsAppEvent): void => {
  const { live, face, log } = core;
  switch (event.type) {
    case 'link':
      handleLink(core, event.status);
      break;
    case 'qr':
    case 'code': {
      const next = codeOf(event);
      if (isSpent(next)) closeIdlePhone(core);
      else face.showCode(next);
      break;
    }
    case 'message':
      // Before the phone is known to be the right one nothing is read; what is missed so is caught up with.
      if (!live.isVerified) return;
      core.probe.saw(event.message.id);
      live.conversation?.onMessage(event.message);
      face.pokeActivity();
      break;
    case 'change':
      if (!live.isVerified) return;
      live.conversation?.onChange(event.change);
      face.pokeActivity();
      break;
    case 'ack':
      live.conversation?.onAck(event.id, event.ack);
      break;
    case 'browser':
      live.browserPid = event.pid;
      break;
    case 'note':
      log[event.level](event.text, { code: event.code });
  }
};

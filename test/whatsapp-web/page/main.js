import { connect } from './connection.js';
import { loadKeys, loadLogin, saveKeys } from './database.js';
import { defineModules } from './modules.js';
import { expose } from './registry.js';
import { me, stand } from './session.js';

const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
const random = () => crypto.getRandomValues(new Uint8Array(32));

/** Keys of this browser, made once: they are what a QR offers to a phone. */
const browserKeys = async () => {
  const known = await loadKeys();
  const bytes = known ?? { noise: random(), identity: random(), adv: random() };
  if (!known) await saveKeys(bytes);
  return {
    bytes,
    adv: base64(bytes.adv),
    public: { noise: base64(bytes.noise), identity: base64(bytes.identity), adv: base64(bytes.adv) },
  };
};

me.keys = await browserKeys();
me.login = (await loadLogin()) ?? null;
if (me.login) stand('OPENING', 'OFFLINE', 'OPENING');
defineModules();
connect();
expose();

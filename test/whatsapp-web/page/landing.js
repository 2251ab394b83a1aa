import { Cmd, me } from './session.js';

const app = document.getElementById('app');

/** What the QR says: `ref,staticPub,identityPub,advSecret`. */
const fullCode = (ref) => [ref, me.keys.public.noise, me.keys.public.identity, me.keys.adv].join(',');

/** The element that wppconnect scrapes: a canvas inside `data-ref`; without a ref, a button that asks for a new one. */
export const showCode = (ref) => {
  const frame = document.createElement('div');
  frame.className = 'landing-wrapper';
  const holder = document.createElement('div');
  if (ref) holder.setAttribute('data-ref', fullCode(ref));
  else {
    holder.setAttribute('data-ref', '');
    const button = document.createElement('button');
    button.textContent = 'Click to reload QR code';
    button.onclick = () => Cmd.refreshQR();
    holder.append(button);
  }
  holder.append(document.createElement('canvas'));
  frame.append(holder);
  app.replaceChildren(frame);
};

export const showMain = () => {
  const main = document.createElement('div');
  main.className = 'app two';
  main.tabIndex = -1;
  app.replaceChildren(main);
};

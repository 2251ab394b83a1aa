import { phrase } from '../limits/claimed-actions.ts';

/** Words by which an answer says that something was sent: true of a file that goes out with it. Pure. */

const sending = 'enviei|enviamos|encaminhei|encaminhamos|envié|enviado|sent|forwarded';

/** `claim`: as `claimsIn` found it. */
export const saysSent = (claim: string): boolean => claim.search(phrase(sending)) >= 0;

/** What a session uses of wppconnect, without its welcome, its updates and its token stores: loaded together, when a session starts. */
export { Whatsapp } from '@wppconnect-team/wppconnect/dist/api/whatsapp.js';
export { initBrowser } from '@wppconnect-team/wppconnect/dist/controllers/browser.js';
export { defaultLogger } from '@wppconnect-team/wppconnect/dist/utils/logger.js';

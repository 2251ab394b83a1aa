import type { Logger } from '../../src/log/logger.ts';
import { storeFaultOf } from '../../src/store/store-fault.ts';

/** A rejection inside a library, of a page that died under its feet: the engine tells of the page, this is its echo. */
const isLibrarys = (error: unknown): boolean => error instanceof Error && /node_modules/.test(error.stack ?? '');

/**
 * Errors that nobody caught: logged with their causes, then `crash`. Rejections that puppeteer or wppconnect forgot are logged only:
 * wppconnect hides all of them from Node anyway, and a dying page makes several.
 */
export const watchFaults = (log: Logger, crash: () => void): (() => void) => {
  const onError = (error: unknown): void => {
    // A store at fault is waited for (store-guard.ts), wherever it was met.
    if (storeFaultOf(error) !== null) {
      log.error('the store refused', { error });
      return;
    }
    log.error('an error that nobody expected', { error, stack: error instanceof Error ? error.stack : undefined });
    crash();
  };
  const onRejection = (error: unknown): void => {
    if (isLibrarys(error)) log.warn('a library forgot a failed call', { error });
    else onError(error);
  };
  process.on('uncaughtException', onError);
  process.on('unhandledRejection', onRejection);
  return () => {
    process.off('uncaughtException', onError);
    process.off('unhandledRejection', onRejection);
  };
};

import type { SessionConfig } from '../../../src/session/session-config.ts';
import { plainConfig } from './pipeline-support.ts';

/** The plain configuration of the pipeline's tests with one part changed. */

export const withTiming = (timing: Partial<SessionConfig['timing']>): SessionConfig => {
  const config = plainConfig();
  return { ...config, timing: { ...config.timing, ...timing } };
};
export const withAi = (ai: Partial<SessionConfig['ai']>): SessionConfig => {
  const config = plainConfig();
  return { ...config, ai: { ...config.ai, ...ai } };
};
export const withFilters = (filters: Partial<SessionConfig['filters']>): SessionConfig => {
  const config = plainConfig();
  return { ...config, filters: { ...config.filters, ...filters } };
};

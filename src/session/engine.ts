/** What drives a phone: the real library in a real browser, or the scriptable phone of `--demo` and the tests. */
export const engines = ['wppconnect', 'simulated'] as const;
export type Engine = (typeof engines)[number];

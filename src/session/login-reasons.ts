/** Reason codes of a session that waits for its login. */
export const loginAwayReason = 'login-away';
export const loginRefusedReason = 'login-refused';
export const loginFetchReason = 'login-fetched';

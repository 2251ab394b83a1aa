import { createSigningSecrets } from './signing-secrets.ts';

/** `data/hook-secrets.json`: what signs the events that sessions' hooks are told. */
const secrets = createSigningSecrets('hook-secrets.json');

export const readHookSecrets = secrets.read;
export const hookSecretOf = secrets.of;
export const writeHookSecret = secrets.write;
export const replaceHookSecrets = secrets.replace;
export const forgetHookSecrets = secrets.forget;

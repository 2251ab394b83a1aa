import { createSigningSecrets } from './signing-secrets.ts';

/** `data/tool-secrets.json`: what signs the calls of sessions' tools. */
const secrets = createSigningSecrets('tool-secrets.json');

export const readToolSecrets = secrets.read;
export const toolSecretOf = secrets.of;
export const writeToolSecret = secrets.write;
export const replaceToolSecrets = secrets.replace;
export const forgetToolSecrets = secrets.forget;
